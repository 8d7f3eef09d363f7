//! Converts API Gateway's requests into calls.

use aws_lambda_events::apigw::ApiGatewayWebsocketProxyRequest;

use crate::{Call, Route};

/// Converts a request of API Gateway into a call.
pub(super) fn call(request: ApiGatewayWebsocketProxyRequest) -> Call {
    let context = request.request_context;
    let route = match context.event_type.as_deref() {
        Some("CONNECT") => Route::Connect {
            ticket: request
                .query_string_parameters
                .first("ticket")
                .map(str::to_owned),
        },
        Some("DISCONNECT") => Route::Disconnect,
        _ => Route::Message {
            text: request.body.unwrap_or_default(),
        },
    };
    Call {
        connection_id: context.connection_id.unwrap_or_default(),
        request_id: context.request_id.unwrap_or_default(),
        route,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(event_type: &str, more: &Value) -> Call {
        let mut request = json!({
            "requestContext": {
                "routeKey": "$default", "eventType": event_type, "connectionId": "c1", "requestId": "r1",
                "identity": {"sourceIp": "192.0.2.1"}, "apiId": "a", "stage": "live",
                "connectedAt": 1_809_194_400_000_u64, "requestTimeEpoch": 1_809_194_400_001_u64,
            },
            "isBase64Encoded": false,
        });
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        call(serde_json::from_value(request).unwrap())
    }

    #[test]
    fn a_call_is_what_api_gateway_tells_of() {
        let ticket = json!({
            "queryStringParameters": {"ticket": "t"},
            "multiValueQueryStringParameters": {"ticket": ["t"]},
        });
        for (event_type, more, route) in [
            ("CONNECT", &json!({}), Route::Connect { ticket: None }),
            (
                "CONNECT",
                &ticket,
                Route::Connect {
                    ticket: Some("t".to_owned()),
                },
            ),
            ("DISCONNECT", &json!({}), Route::Disconnect),
            (
                "MESSAGE",
                &json!({"body": "{}"}),
                Route::Message {
                    text: "{}".to_owned(),
                },
            ),
        ] {
            let expected = Call {
                connection_id: "c1".to_owned(),
                request_id: "r1".to_owned(),
                route,
            };
            assert_eq!(read(event_type, more), expected);
        }
    }
}

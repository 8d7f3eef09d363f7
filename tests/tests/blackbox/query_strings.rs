//! Tests of query strings with unusual characters, which API Gateway forwards.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::TcpStream;

use tests::{NewEvent, Stack, assert_invalid, unique};

#[tokio::test]
async fn a_parameter_that_is_given_twice_or_unknown_is_named() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let admin = stack.admin().await;
    let path = event.path();
    for (query, pointer) in [
        ("/v1/events?tag=alpha&tag=zzz".to_owned(), "/tag"),
        ("/v1/events?tag=alpha&t%61g=alpha".to_owned(), "/tag"),
        ("/v1/events?tags=alpha".to_owned(), "/tags"),
        ("/v1/events?Limit=3".to_owned(), "/Limit"),
        ("/v1/events?q=Gr%FC%DFe".to_owned(), "/q"),
        ("/v1/events?=x".to_owned(), "/"),
        ("/v1/events?a~b%2Fc=x".to_owned(), "/a~0b~1c"),
        (format!("{path}?fields=title"), "/fields"),
        (format!("{path}/door?limit=3"), "/limit"),
        (
            format!("{path}/registrations?status=confirmed&status=waitlisted"),
            "/status",
        ),
        (format!("{path}/attendees.csv?status=confirmed"), "/status"),
        ("/v1/me?verbose".to_owned(), "/verbose"),
        ("/v1/me/tickets?limit=1&limit=2".to_owned(), "/limit"),
        ("/health?probe=1".to_owned(), "/probe"),
        ("/openapi.json?version=1".to_owned(), "/version"),
        ("/v1/unsubscribe?token=a&token=b".to_owned(), "/token"),
    ] {
        assert_invalid(&organizer.get(&query).await, pointer);
    }
    for query in [
        "/v1/users?name=Ada",
        "/v1/admin/audit?user=usr_1",
        "/v1/admin/stats?day=1",
    ] {
        let pointer = query.split_once('?').unwrap().1;
        let pointer = format!("/{}", pointer.split_once('=').unwrap().0);
        assert_invalid(&admin.get(query).await, &pointer);
    }
    let posted = organizer
        .post(&format!("{path}/publish?force=true"), ())
        .await;
    assert_invalid(&posted, "/force");
    let created = organizer
        .post("/v1/events?dryRun=1", NewEvent::default())
        .await;
    assert_invalid(&created, "/dryRun");
}

#[tokio::test]
async fn a_query_is_read_as_a_form_is() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let word = unique();
    let event = NewEvent {
        title: format!("{word} Grüße & mehr"),
        ..NewEvent::default()
    };
    organizer.published_event(event).await;
    for query in [
        format!("q={word}+Gr%C3%BC%C3%9Fe+%26+mehr"),
        format!("&q={word}%20Gr%C3%BC%C3%9Fe&&limit=5&"),
        format!("%71={word}"),
    ] {
        let path = format!("/v1/events?{query}");
        let found = stack.anyone().get(&path).await.expect(200);
        assert_eq!(found.items().len(), 1, "{found}");
    }
}

/// Sends `GET` with the request target `target`, which no client library would send. Returns the first line of the answer.
fn status_line(stack: &Stack, target: &str) -> io::Result<String> {
    let (_, rest) = stack.http_url().split_once("//").unwrap_or_default();
    let (authority, base) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut connection = TcpStream::connect(authority)?;
    write!(
        connection,
        "GET {base}{target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n"
    )?;
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line)?;
    Ok(line)
}

#[tokio::test]
async fn characters_that_no_uri_has_end_no_function() {
    let stack = Stack::from_env();
    // On a server, the HTTP library refuses some request targets with 400. API Gateway forwards the same targets.
    let when_strange = |status| {
        if stack.server().is_some() {
            400
        } else {
            status
        }
    };
    for (target, status) in [
        ("/v1/events?q=<a>", when_strange(200)),
        ("/v1/events?q=\"a\"", when_strange(200)),
        ("/v1/events?<b>=a", when_strange(422)),
        ("/v1/events?q=a|b`c{d}", 200),
        // An encoded question mark is a character of the path. No query string begins after it.
        ("/v1/tickets/a%3Fb=c", 401),
        ("/v1/events/a%3Flimit=1", 404),
    ] {
        let line = status_line(&stack, target).unwrap();
        assert_eq!(
            line.split(' ').nth(1),
            Some(&*status.to_string()),
            "{target}"
        );
    }
}

//! Rules for the variants of a deployment that its parameters choose: custom domain names, a verified domain for mail, or a
//! protected stage.

use serde_json::{Value, json};

use super::document::{Template, assert_holds, named};
use super::evaluated::Evaluated;

const DOMAINS: [(&str, &str); 3] = [
    ("HttpDomainName", "api.example.org"),
    ("WebSocketDomainName", "live.example.org"),
    ("CertificateArn", "arn"),
];

/// Checks that each domain name has a mapping to its API and an output with its target. If the parameters name a hosted zone,
/// each domain name also needs a DNS record. Without domain names, none of these may exist.
fn every_domain_leads_to_its_api(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    let plain = Evaluated::new(template, []);
    let by_hand = Evaluated::new(template, DOMAINS);
    let by_us = Evaluated::new(
        template,
        DOMAINS.into_iter().chain([("HostedZoneId", "Z1")]),
    );
    for (domain, api, stage) in [
        ("HttpDomain", "HttpApi", "HttpStage"),
        ("WebSocketDomain", "WebSocketApi", "WebSocketStage"),
    ] {
        let there = |evaluated: &Evaluated<'_>| {
            let parts = ["", "Mapping", "Record"].map(|part| format!("/Resources/{domain}{part}"));
            let output = format!("/Outputs/{domain}Target");
            [&parts[0], &parts[1], &output, &parts[2]].map(|part| evaluated.has(part))
        };
        let as_meant = [
            (&plain, [false; 4]),
            (&by_hand, [true, true, true, false]),
            (&by_us, [true; 4]),
        ];
        for (evaluated, meant) in as_meant {
            if there(evaluated) != meant {
                faults.push(format!("{domain} is {:?}, not {meant:?}", there(evaluated)));
            }
        }
        let mapping = by_us.at(&format!("/Resources/{domain}Mapping/Properties"));
        let mapped =
            ["ApiId", "DomainName", "Stage"].map(|key| named(&mapping[key]).map(str::to_owned));
        if mapped != [api, domain, stage].map(|name| Some(name.to_owned())) {
            faults.push(format!("{domain} is mapped to {mapped:?}"));
        }
        let record = by_us.at(&format!("/Resources/{domain}Record/Properties"));
        let name = by_us.at(&format!("/Resources/{domain}/Properties/DomainName"));
        let target = json!({"Fn::GetAtt": [domain, "RegionalDomainName"]});
        if record["Name"] != name || record["AliasTarget"]["DNSName"] != target {
            faults.push(format!("{domain} has the record {record}"));
        }
    }
    faults
}

#[test]
fn domains_lead_to_their_apis() {
    assert_holds(
        every_domain_leads_to_its_api,
        &[
            Template::ours().without("/Resources/HttpDomain/Condition"),
            Template::ours().without("/Outputs/WebSocketDomainTarget/Condition"),
            Template::ours().with(
                "/Resources/HttpDomainRecord/Condition",
                json!("HasHttpDomain"),
            ),
            Template::ours().with(
                "/Resources/WebSocketDomainMapping/Properties/ApiId",
                json!({"Ref": "HttpApi"}),
            ),
            Template::ours().with(
                "/Resources/WebSocketDomainRecord/Properties/AliasTarget/DNSName",
                json!({"Fn::GetAtt": ["HttpDomain", "RegionalDomainName"]}),
            ),
        ],
    );
}

/// The URLs that a deployment uses for its own links and calls.
#[derive(Debug, PartialEq)]
struct Addresses {
    http_url: Value,
    web_socket_url: Value,
    /// The URL in the links that mails contain.
    links: Value,
    /// The origin of the pages to which mails link.
    pages: Value,
    /// The URLs to which `ws-connect` and `ws-push` post frames.
    posts: [Value; 2],
    /// For each API, whether its default URL at API Gateway is disabled.
    closed: [Value; 2],
}

impl Addresses {
    fn of(evaluated: &Evaluated<'_>) -> Self {
        let variable = |function: &str, name: &str| {
            let variables = format!("/Resources/{function}/Properties/Environment/Variables");
            evaluated.at(&format!("{variables}/{name}"))
        };
        let closed = |api: &str| {
            evaluated.at(&format!(
                "/Resources/{api}/Properties/DisableExecuteApiEndpoint"
            ))
        };
        Self {
            http_url: evaluated.at("/Outputs/HttpUrl/Value"),
            web_socket_url: evaluated.at("/Outputs/WebSocketUrl/Value"),
            links: variable("NotifyFunction", "PUBLIC_URL"),
            pages: variable("NotifyFunction", "PAGES_URL"),
            posts: ["WsConnectFunction", "WsPushFunction"]
                .map(|function| variable(function, "CONNECTIONS_URL")),
            closed: ["HttpApi", "WebSocketApi"].map(closed),
        }
    }
}

#[test]
fn addresses_follow_the_domains() {
    let ours = Template::ours();
    let on_aws = "execute-api.${AWS::Region}.${AWS::URLSuffix}";
    let http = json!(format!("https://${{HttpApi}}.{on_aws}"));
    let live = format!("${{WebSocketApi}}.{on_aws}/${{WebSocketStage}}");
    let posts = [
        json!(format!("https://{live}")),
        json!(format!("https://{live}")),
    ];
    let open = [json!(false), json!(false)];
    let plain = Addresses::of(&Evaluated::new(&ours, []));
    let expected = Addresses {
        http_url: http.clone(),
        web_socket_url: json!(format!("wss://{live}")),
        links: http.clone(),
        pages: http,
        posts: posts.clone(),
        closed: open.clone(),
    };
    assert_eq!(plain, expected);

    let expected = Addresses {
        http_url: json!("https://api.example.org"),
        web_socket_url: json!("wss://live.example.org"),
        links: json!("https://api.example.org"),
        pages: json!("https://api.example.org"),
        posts,
        closed: open,
    };
    assert_eq!(Addresses::of(&Evaluated::new(&ours, DOMAINS)), expected);

    // With these parameters the default URLs of the APIs are disabled. So functions can post frames to WebSocket connections
    // only through the domain name.
    let only = DOMAINS
        .into_iter()
        .chain([("DefaultEndpoints", "disabled")]);
    let posts = [
        json!("https://live.example.org"),
        json!("https://live.example.org"),
    ];
    let closed = [json!(true), json!(true)];
    let only = Addresses::of(&Evaluated::new(&ours, only));
    assert_eq!(
        only,
        Addresses {
            posts,
            closed,
            ..expected
        }
    );

    let one = [
        ("HttpDomainName", "api.example.org"),
        ("CertificateArn", "arn"),
    ];
    let one = one.into_iter().chain([("DefaultEndpoints", "disabled")]);
    let one = Addresses::of(&Evaluated::new(&ours, one));
    assert_eq!(one.closed, [json!(true), json!(false)]);
    assert_eq!(one.posts, plain.posts);

    let endpoint = [("EndpointUrl", "http://127.0.0.1:4566")];
    let local = Addresses::of(&Evaluated::new(&ours, endpoint));
    assert_eq!(
        local.links,
        "http://127.0.0.1:4566/_aws/execute-api/${HttpApi}"
    );
}

#[test]
fn the_domain_of_the_sender_takes_the_place_of_the_address() {
    let ours = Template::ours();
    let address = [("SenderAddress", "tickets@example.org")];
    let domain = address.into_iter().chain([("SenderDomain", "example.org")]);
    let bounces = domain.clone().chain([("MailFromSubdomain", "bounce")]);
    let there = |evaluated: &Evaluated<'_>| {
        let parts = [
            "/Resources/SenderIdentity",
            "/Resources/SenderDomainIdentity",
            "/Outputs/SenderDomainRecord1",
            "/Outputs/SenderDomainRecord3",
            "/Outputs/DmarcRecord",
            "/Outputs/MailFromMxRecord",
            "/Outputs/MailFromSpfRecord",
        ];
        parts.map(|part| evaluated.has(part))
    };
    assert_eq!(there(&Evaluated::new(&ours, [])), [false; 7]);
    let [yes, no] = [true, false];
    assert_eq!(
        there(&Evaluated::new(&ours, address)),
        [yes, no, no, no, no, no, no]
    );
    let with_domain = Evaluated::new(&ours, domain);
    assert_eq!(there(&with_domain), [no, yes, yes, yes, yes, no, no]);
    let identity = "/Resources/SenderDomainIdentity/Properties";
    assert_eq!(with_domain.at(identity)["MailFromAttributes"], Value::Null);
    assert_eq!(
        with_domain.at(identity)["DkimAttributes"]["SigningEnabled"],
        true
    );
    let with_bounces = Evaluated::new(&ours, bounces);
    assert_eq!(there(&with_bounces), [no, yes, yes, yes, yes, yes, yes]);
    let mail_from = &with_bounces.at(identity)["MailFromAttributes"]["MailFromDomain"];
    assert_eq!(mail_from, "bounce.example.org");
    let spf = with_bounces.at("/Outputs/MailFromSpfRecord/Value");
    assert_eq!(
        spf,
        r#"bounce.example.org TXT "v=spf1 include:amazonses.com ~all""#
    );
}

/// Resources that nobody could make again. They must be kept when the stack is deleted, and when `CloudFormation` replaces
/// them.
const IRREPLACEABLE: [&str; 3] = ["Table", "Secret", "Pictures"];

fn everything_irreplaceable_is_kept(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for name in IRREPLACEABLE {
        let resource = template.at(&format!("/Resources/{name}"));
        if resource["DeletionPolicy"] != "RetainExceptOnCreate"
            || resource["UpdateReplacePolicy"] != "Retain"
        {
            faults.push(format!("{name} goes with the stack"));
        }
    }
    let table = "/Resources/Table/Properties";
    for (stage, protected) in [("dev", false), ("prod", true)] {
        let evaluated = Evaluated::new(template, [("Stage", stage)]);
        let table = evaluated.at(table);
        if table["DeletionProtectionEnabled"] != protected {
            faults.push(format!(
                "{stage}: the table is protected otherwise than meant"
            ));
        }
        if table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] != true {
            faults.push(format!("{stage}: the table of a second ago cannot be had"));
        }
    }
    faults
}

#[test]
fn irreplaceable_things_are_kept() {
    let recovery = "/Resources/Table/Properties/PointInTimeRecoverySpecification";
    assert_holds(
        everything_irreplaceable_is_kept,
        &[
            Template::ours().without("/Resources/Secret/DeletionPolicy"),
            Template::ours().with("/Resources/Table/UpdateReplacePolicy", json!("Delete")),
            Template::ours().with(
                "/Resources/Table/Properties/DeletionProtectionEnabled",
                json!(false),
            ),
            Template::ours().with("/Conditions/Production/Fn::Equals/1", json!("production")),
            Template::ours().with(
                &format!("{recovery}/PointInTimeRecoveryEnabled"),
                json!(false),
            ),
        ],
    );
}

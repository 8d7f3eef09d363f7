//! Rules for the content delivery network: it keeps pages and files, but no answer of the API, and it hides no security header.

use serde_json::{Value, json};

use super::document::{Template, assert_holds, named};
use super::evaluated::Evaluated;

const CONFIG: &str = "/Resources/CdnDistribution/Properties/DistributionConfig";
/// `CloudFront`'s own cache policy `CachingDisabled`.
const KEEPS_NOTHING: &str = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
/// `CloudFront`'s own origin request policy `AllViewerAndCloudFrontHeaders-2022-06`.
const SENDS_ALL: &str = "33f36d7e-f396-46d9-90e0-52428a34d9dc";
/// The values with which the network exists.
const WITH_CDN: [(&str, &str); 5] = [
    ("HttpDomainName", "tickets.example.org"),
    ("CertificateArn", "arn"),
    ("HostedZoneId", "Z1"),
    ("Cdn", "true"),
    ("CdnCertificateArn", "arn:1"),
];

/// Returns whether a path pattern of `CloudFront` matches a path. `*` stands for any characters.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => path.strip_prefix(before).is_some_and(|rest| {
            let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.into_iter().any(|at| matches(after, &rest[at..]))
        }),
    }
}

/// Returns the behaviour of `CloudFront` for a path.
fn behaviour<'a>(template: &'a Template, path: &str) -> &'a Value {
    let config = template.at(CONFIG);
    let behaviours = config["CacheBehaviors"].as_array().unwrap().iter();
    let mut matching = behaviours.filter(|behaviour| {
        let pattern = behaviour["PathPattern"].as_str().unwrap();
        matches(pattern, path)
    });
    matching.next().unwrap_or(&config["DefaultCacheBehavior"])
}

fn every_path_is_kept_as_it_may_be(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, policy) in [
        ("/v1/events", None),
        ("/v1/auth/browser/refresh", None),
        ("/v1/events/evt_1/share/", None),
        ("/health/ready", None),
        ("/openapi.json", None),
        ("/app/tickets", None),
        ("/scan", None),
        ("/unsubscribe", None),
        ("/", Some("CdnPages")),
        ("/events/evt_1", Some("CdnPages")),
        ("/events/evt_1/event.ics", Some("CdnPages")),
        ("/events.atom", Some("CdnPages")),
        ("/organizers/usr_1/events.atom", Some("CdnPages")),
        ("/embed/events/evt_1", Some("CdnPages")),
        ("/robots.txt", Some("CdnPages")),
        ("/events/evt_1/share/en-1.png", Some("CdnFiles")),
        ("/assets/a/b.js", Some("CdnFiles")),
        ("/pictures/evt_1/1.webp", Some("CdnFiles")),
    ] {
        let behaviour = behaviour(template, path);
        let policies = [
            &behaviour["CachePolicyId"],
            &behaviour["OriginRequestPolicyId"],
        ];
        let is_meant = match policy {
            None => policies.map(Value::as_str) == [Some(KEEPS_NOTHING), Some(SENDS_ALL)],
            Some(policy) => named(policies[0]) == Some(policy) && policies[1].is_null(),
        };
        let encrypted = ["https-only", "redirect-to-https"];
        let is_encrypted = behaviour["ViewerProtocolPolicy"]
            .as_str()
            .is_some_and(|policy| encrypted.contains(&policy));
        let changes_headers = !behaviour["ResponseHeadersPolicyId"].is_null();
        if !is_meant || !is_encrypted || changes_headers {
            faults.push(format!("{path}: {behaviour}"));
        }
    }
    let default = &template.at(CONFIG)["DefaultCacheBehavior"];
    if default["AllowedMethods"].as_array().map_or(0, Vec::len) != 7
        || default["ViewerProtocolPolicy"] != "https-only"
    {
        faults.push(format!("the API: {default}"));
    }
    faults
}

#[test]
fn paths_are_kept_as_they_may_be() {
    let changed =
        |pointer: &str, value: Value| Template::ours().with(&format!("{CONFIG}/{pointer}"), value);
    assert_holds(
        every_path_is_kept_as_it_may_be,
        &[
            changed(
                "DefaultCacheBehavior/CachePolicyId",
                json!({"Ref": "CdnPages"}),
            ),
            changed(
                "DefaultCacheBehavior/ViewerProtocolPolicy",
                json!("redirect-to-https"),
            ),
            changed("CacheBehaviors/0/PathPattern", json!("/*")),
            changed("CacheBehaviors/0/ViewerProtocolPolicy", json!("allow-all")),
            Template::ours().without(&format!(
                "{CONFIG}/DefaultCacheBehavior/OriginRequestPolicyId"
            )),
            Template::ours().without(&format!("{CONFIG}/DefaultCacheBehavior/AllowedMethods/6")),
            Template::ours().without(&format!("{CONFIG}/CacheBehaviors/3")),
        ],
    );
}

/// Checks that what a page depends on is part of the key under which it is kept, and that no cookie is.
fn every_key_is_whole(template: &Template) -> Vec<String> {
    let policies = template.resources("AWS::CloudFront::CachePolicy");
    let mut faults = Vec::new();
    for (name, policy) in &policies {
        let config = &policy["CachePolicyConfig"];
        let key = &config["ParametersInCacheKeyAndForwardedToOrigin"];
        let has = |header: &str| {
            let headers = key["HeadersConfig"]["Headers"].as_array();
            headers.is_some_and(|headers| headers.iter().any(|one| one == header))
        };
        let is_whole =
            has("Host") && has("Origin") && (*name != "CdnPages" || has("Accept-Language"));
        let has_cookies = key["CookiesConfig"]["CookieBehavior"] != "none";
        if !is_whole || has_cookies || config["MinTTL"] != 0 || config["DefaultTTL"] != 0 {
            faults.push(format!("{name}: {config}"));
        }
    }
    // The parameters that change a page, as `functions/web` reads them.
    let source = tests::project_folder().join("functions/web/src/query.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let pages = template.at("/Resources/CdnPages/Properties/CachePolicyConfig");
    let names = &pages["ParametersInCacheKeyAndForwardedToOrigin"]["QueryStringsConfig"];
    let names: Vec<&str> = names["QueryStrings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let known = source
        .split_once("const KNOWN: ")
        .and_then(|(_, rest)| rest.split_once("] = [")?.1.split_once(']'));
    let mut known: Vec<&str> = known.unwrap().0.split('"').skip(1).step_by(2).collect();
    known.sort_unstable();
    if names != known {
        faults.push(format!("the parameters are {known:?}, not {names:?}"));
    }
    faults
}

#[test]
fn keys_are_whole() {
    let key = |policy: &str, rest: &str| {
        format!("/Resources/{policy}/Properties/CachePolicyConfig/{rest}")
    };
    let headers = "ParametersInCacheKeyAndForwardedToOrigin/HeadersConfig/Headers/0";
    let cookies = "ParametersInCacheKeyAndForwardedToOrigin/CookiesConfig/CookieBehavior";
    let queries = "ParametersInCacheKeyAndForwardedToOrigin/QueryStringsConfig/QueryStrings/0";
    assert_holds(
        every_key_is_whole,
        &[
            Template::ours().without(&key("CdnPages", headers)),
            Template::ours().without(&key("CdnFiles", headers)),
            Template::ours().with(&key("CdnPages", cookies), json!("all")),
            Template::ours().without(&key("CdnPages", queries)),
            Template::ours().with(&key("CdnPages", "DefaultTTL"), json!(60)),
        ],
    );
}

/// Checks that all parts exist with the parameter and none without it, that names lead to the network, and that the API knows the
/// secret that the network shows.
fn the_network_is_there_if_it_is_wanted(template: &Template) -> Vec<String> {
    let mut faults = Vec::new();
    let without = WITH_CDN.into_iter().take(3);
    let (plain, with) = (
        Evaluated::new(template, without),
        Evaluated::new(template, WITH_CDN),
    );
    for part in [
        "CdnSecret",
        "CdnPages",
        "CdnFiles",
        "CdnDistribution",
        "HttpIpv6Record",
    ] {
        let pointer = format!("/Resources/{part}");
        if [plain.has(&pointer), with.has(&pointer)] != [false, true] {
            faults.push(format!("{part} is there without the parameter, or never"));
        }
    }
    let shown = "/Resources/CdnDistribution/Properties/DistributionConfig/Origins/0/OriginCustomHeaders/0/HeaderValue";
    let secret = "/Resources/ApiFunction/Properties/Environment/Variables";
    let known = [with.at(secret), plain.at(secret)].map(|all| all["CDN_SECRET"].clone());
    if known != [with.at(shown), Value::Null] || known[0].is_null() {
        faults.push(format!("the API knows {known:?}"));
    }
    let target = json!({"Fn::GetAtt": ["CdnDistribution", "DomainName"]});
    for (pointer, is_there) in [
        (
            "/Resources/HttpDomainRecord/Properties/AliasTarget/DNSName",
            true,
        ),
        (
            "/Resources/HttpIpv6Record/Properties/AliasTarget/DNSName",
            true,
        ),
        ("/Outputs/HttpDomainTarget/Value", true),
    ] {
        if (with.at(pointer) == target) != is_there {
            faults.push(format!("{pointer} is {}", with.at(pointer)));
        }
    }
    let config = with.at(CONFIG);
    if config["Aliases"] != json!(["tickets.example.org"])
        || config["ViewerCertificate"]["AcmCertificateArn"] != "arn:1"
        || config["ViewerCertificate"]["MinimumProtocolVersion"] != "TLSv1.2_2021"
        || config["Origins"][0]["CustomOriginConfig"]["OriginProtocolPolicy"] != "https-only"
    {
        faults.push(format!("the distribution is {config}"));
    }
    faults
}

#[test]
fn the_network_is_there_only_if_it_is_wanted() {
    assert_holds(
        the_network_is_there_if_it_is_wanted,
        &[
            Template::ours().without("/Resources/CdnDistribution/Condition"),
            Template::ours().with(
                "/Resources/ApiFunction/Properties/Environment/Variables/CDN_SECRET",
                json!({"Ref": "Stage"}),
            ),
            Template::ours().with(
                "/Outputs/HttpDomainTarget/Value",
                json!({"Fn::GetAtt": ["HttpDomain", "RegionalDomainName"]}),
            ),
            Template::ours().with(
                &format!("{CONFIG}/ViewerCertificate/AcmCertificateArn"),
                json!({"Ref": "CertificateArn"}),
            ),
        ],
    );
}

#[test]
fn a_pattern_matches_as_cloudfront_reads_it() {
    for (pattern, path, expected) in [
        ("/", "/", true),
        ("/", "/v1", false),
        ("/events/*", "/events/a/b", true),
        ("/events/*", "/v1/events/a", false),
        ("/events/*/share/*", "/events/a/share/b.png", true),
        ("/events/*/share/*", "/events/a/event.ics", false),
        ("/events.*", "/events.ics", true),
    ] {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }
}

//! Tests that each mailbox has only one account, however its address is spelled.

use serde_json::json;
use tests::{
    Answer, Credentials, LONG_PATIENCE, Stack, assert_invalid, assert_problem, eventually, unique,
};

const PASSWORD: &str = "correct horse battery";

async fn register(stack: &Stack, email: &str) -> Answer {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada Lovelace"});
    stack.anyone().post("/v1/auth/register", body).await
}

#[tokio::test]
async fn a_domain_is_one_in_every_spelling() {
    let stack = Stack::from_env();
    let local = format!("x{}", unique());
    let at = |domain: &str| format!("{local}@{domain}");
    let spellings = [
        "bücher.example",
        "BÜCHER.example",
        "xn--bcher-kva.example",
        "bu\u{308}cher.example",
        "ｂücher。example",
    ]
    .map(at);

    let made = register(&stack, &spellings[0]).await.expect(201);

    assert_eq!(made["user"]["email"], spellings[0], "shown in Unicode");
    for spelling in &spellings {
        assert_problem(&register(&stack, spelling).await, 409, "email-taken");
        let credentials = Credentials {
            email: spelling.clone(),
            password: PASSWORD.to_owned(),
        };
        let session = stack.try_log_in(&credentials).await.expect(200);
        assert_eq!(session["user"], made["user"], "{spelling}");
    }
    let admin = stack.admin().await;
    let listed = admin
        .get(&format!("/v1/users?email={}", spellings[2]))
        .await;
    assert_eq!(listed.expect(200).items()[0]["id"], made["user"]["id"]);

    // The mailbox gets the mail with the reset code, whichever spelling of its address was in the request.
    stack
        .anyone()
        .forgot_password(&spellings[1])
        .await
        .expect(202);
    let mailbox = &spellings[2];
    for subject in ["verification code", "reset your password"] {
        eventually(LONG_PATIENCE, async || {
            match stack.count_mails(mailbox, subject) {
                0 => Err(format!("no mail about {subject} to {mailbox}")),
                _ => Ok(()),
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_full_width_digit_of_a_domain_is_the_digit() {
    let stack = Stack::from_env();
    let local = format!("x{}", unique());
    let made = register(&stack, &format!("{local}@example４２.org")).await;
    let plain = format!("{local}@example42.org");
    assert_eq!(made.expect(201)["user"]["email"], plain);
    assert_problem(&register(&stack, &plain).await, 409, "email-taken");
}

#[tokio::test]
async fn an_address_that_no_mail_can_be_sent_to_is_refused_and_told_why() {
    let stack = Stack::from_env();
    for local in ["łukasz", "jose\u{301}", "ａｄａ", "用户"] {
        let refused = register(&stack, &format!("{local}{}@example.com", unique())).await;
        assert_invalid(&refused, "/email");
        let why = refused["errors"][0]["detail"].as_str().unwrap_or_default();
        assert!(why.contains("ASCII characters before the @"), "{refused}");
    }
    for domain in ["xn--a.example", "1שלום.example"] {
        let refused = register(&stack, &format!("ada{}@{domain}", unique())).await;
        assert_invalid(&refused, "/email");
    }
}

/// Failed logins block a caller for all spellings of the same address, so a guesser cannot continue with another spelling.
#[tokio::test]
async fn failed_logins_count_for_the_mailbox() {
    let stack = Stack::from_env();
    let local = format!("x{}", unique());
    let domains = ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"];
    let mut answers = Vec::new();
    for domain in domains.iter().cycle().take(12) {
        let credentials = Credentials {
            email: format!("{local}@{domain}"),
            password: "incorrect horse".to_owned(),
        };
        answers.push(stack.try_log_in(&credentials).await.status);
    }
    assert!(answers.contains(&429), "{answers:?}");
}

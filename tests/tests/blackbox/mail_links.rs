//! Tests of the links in mails. A link leads to a page, and a link with a code works as the code does.

use tests::{Event, Mail, NewEvent, Stack, User, assert_problem, unique};

const WELCOME: &str = "verification code";
const RESET: &str = "reset your password";
const NEW_ADDRESS: &str = "confirm your new address";

/// Opens the link with this label, and asserts that it leads to the page at `path`. Returns the fragment of the link, which a
/// browser does not send.
async fn follow(stack: &Stack, mail: &Mail, label: &str, path: &str) -> String {
    let link = mail.link(label);
    let Some(rest) = link.strip_prefix(&stack.pages_url()) else {
        panic!("{link} leads away from {}", stack.pages_url());
    };
    let (opened, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    assert_eq!(opened, path, "{link}");
    let page = stack.anyone().get(opened).await.expect(200);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    fragment.to_owned()
}

/// Returns a value of a fragment, which is written like a query.
#[track_caller]
fn value_of(fragment: &str, name: &str) -> String {
    let url = reqwest::Url::parse(&format!("http://localhost/?{fragment}"));
    let value = url.ok().and_then(|url| {
        let mut values = url.query_pairs();
        values.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
    });
    value.unwrap_or_else(|| panic!("no {name} in {fragment:?}"))
}

/// Returns the stack if its mails link to pages. The mails of a program that was built without Node have no links.
async fn linked(user: &User) -> Option<Stack> {
    let stack = Stack::from_env();
    if stack.has_app().await {
        return Some(stack);
    }
    let welcome = stack.mail_to(user, WELCOME).await;
    assert!(!welcome.text.contains("/app/"), "{welcome}");
    None
}

#[tokio::test]
async fn the_link_of_the_welcome_mail_verifies_the_address() {
    let user = Stack::from_env().register_user().await;
    let Some(stack) = linked(&user).await else {
        return;
    };
    let welcome = stack.mail_to(&user, WELCOME).await;
    let fragment = follow(&stack, &welcome, "Confirm the address", "/app/verify").await;
    assert_eq!(user.me().await["emailVerified"], false);
    let code = value_of(&fragment, "code");
    assert_eq!(code, welcome.code());
    user.verify_email(&code).await.expect(204);
    assert_eq!(user.me().await["emailVerified"], true);
}

#[tokio::test]
async fn the_link_of_a_reset_sets_a_password() {
    let user = Stack::from_env().register_user().await;
    let Some(stack) = linked(&user).await else {
        return;
    };
    let anyone = stack.anyone();
    anyone
        .forgot_password(&user.account.email)
        .await
        .expect(202);
    let mail = stack.mail_to(&user, RESET).await;
    let fragment = follow(&stack, &mail, "Set a new password", "/app/reset").await;
    let (code, email) = (value_of(&fragment, "code"), value_of(&fragment, "account"));
    assert_eq!(email, user.account.email);
    let reset = anyone.reset_password(&email, &code, "another horse battery");
    reset.await.expect(204);
    let changed = stack.mail_to(&user, "Your password was changed").await;
    follow(&stack, &changed, "Reset the password", "/app/forgot").await;
}

#[tokio::test]
async fn the_link_to_a_new_address_confirms_it() {
    let user = Stack::from_env().register_user().await;
    let Some(stack) = linked(&user).await else {
        return;
    };
    let mut moved = user.clone();
    moved.account.email = format!("ada+new.{}@example.com", unique());
    let asked = user.change_email(&moved.account.email, &user.account.password);
    asked.await.expect(202);
    let mail = stack.mail_to(&moved, NEW_ADDRESS).await;
    let path = "/app/confirm-address";
    let fragment = follow(&stack, &mail, "Confirm the new address", path).await;
    let code = value_of(&fragment, "code");
    let other = stack.register_user().await;
    assert_problem(&other.confirm_email(&code).await, 400, "invalid-code");
    let confirmed = user.confirm_email(&code).await.expect(200);
    assert_eq!(confirmed["email"], moved.account.email);
}

async fn assert_leads_to(stack: &Stack, mail: &Mail, event: &Event, to: Option<&str>) {
    follow(stack, mail, "Page", &format!("/events/{}", event.id)).await;
    if let Some(label) = to {
        follow(stack, mail, label, "/app/tickets").await;
    }
}

#[tokio::test]
async fn mails_about_an_event_lead_to_its_page_and_to_the_tickets() {
    let guest = Stack::from_env().register_user().await;
    let Some(stack) = linked(&guest).await else {
        return;
    };
    let (organizer, waits) = (
        stack.register_organizer().await,
        stack.register_user().await,
    );
    let event = organizer.published_event(NewEvent::with_capacity(1)).await;
    guest.register_for(&event).await.expect(201);
    let ticket = stack.mail_to(&guest, "Your ticket for").await;
    assert_leads_to(&stack, &ticket, &event, Some("Your tickets")).await;
    let entry = &ticket.part("text/calendar").content;
    let page = format!("{}/events/{}", stack.pages_url(), event.id);
    let unfolded = String::from_utf8_lossy(entry).replace("\r\n ", "");
    assert!(unfolded.contains(&page), "{unfolded}");

    waits.wait_for(&event).await.expect(201);
    let waitlisted = stack.mail_to(&waits, "You are on the waitlist").await;
    let place = Some("Your place on the waitlist");
    assert_leads_to(&stack, &waitlisted, &event, place).await;
    guest.cancel_registration_for(&event).await.expect(200);
    let cancelled = stack.mail_to(&guest, "Your registration for").await;
    assert_leads_to(&stack, &cancelled, &event, None).await;
}

#[tokio::test]
async fn a_new_organizer_gets_a_link_to_the_board_and_a_draft_has_no_page() {
    let next = Stack::from_env().register_organizer().await;
    let Some(stack) = linked(&next).await else {
        return;
    };
    let former = stack.register_organizer().await;
    let draft = former.draft_event(NewEvent::default()).await;
    let admin = stack.admin().await;
    admin.hand_over(&draft, next.id()).await.expect(200);
    let received = stack.mail_to(&next, "You organize").await;
    let board = format!("/app/organize/{}", draft.id);
    follow(&stack, &received, "Manage the event", &board).await;
    assert!(!received.text.contains("Page:"), "{received}");
}

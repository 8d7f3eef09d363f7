//! Methods that wait for a ticket or read it, and checks of the format of ticket codes.

use serde_json::Value;

use crate::{Answer, Client, Event, PATIENCE, eventually};

/// The characters of Crockford's base32, which has no `I`, `L`, `O` and `U`.
const CODE_ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The characters of base45 (RFC 9285). A QR code can store these characters in its alphanumeric mode.
const QR_ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A ticket, as it was when a test read it.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The ticket code, in the format `XXXX-XXXX-XXXX`.
    pub code: String,
    /// The signed content of the ticket's QR code.
    pub qr: String,
    /// The whole ticket as JSON.
    pub json: Value,
}

impl Ticket {
    /// Returns the ticket that an answer contains.
    #[track_caller]
    pub fn from_answer(answer: &Answer) -> Self {
        Self {
            code: answer.text_of("code").to_owned(),
            qr: answer.text_of("qr").to_owned(),
            json: answer.json.clone(),
        }
    }

    /// Returns the path `/v1/tickets/{code}`.
    pub fn path(&self) -> String {
        format!("/v1/tickets/{}", self.code)
    }

    /// Returns the code as a person might type it: in lower case, without hyphens, and with letters in place of similar digits.
    pub fn code_typed_badly(&self) -> String {
        let typed = self.code.to_lowercase();
        typed
            .replace('-', "")
            .replace('0', "o")
            .replacen('1', "l", 1)
            .replace('1', "i")
    }
}

/// Returns whether the text has 12 characters of Crockford's base32, in groups of four.
pub fn is_ticket_code(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_group =
        |group: &&str| group.len() == 4 && group.chars().all(|c| CODE_ALPHABET.contains(c));
    groups.len() == 3 && groups.iter().all(is_group)
}

/// Returns whether the text can be the content of a ticket's QR code: base45, longer than a ticket code, and short enough for
/// an easy scan.
pub fn is_qr_content(text: &str) -> bool {
    (40..400).contains(&text.len()) && text.chars().all(|c| QR_ALPHABET.contains(c))
}

/// Actions of users on tickets.
impl Client {
    /// Reads the ticket with this code, which may have any spelling that the API accepts.
    pub async fn read_ticket(&self, code: &str) -> Answer {
        self.get(&format!("/v1/tickets/{code}")).await
    }

    /// Waits until the caller's registration contains a ticket code, and returns the code.
    pub async fn ticket_code_for(&self, event: &Event) -> String {
        eventually(PATIENCE, async || {
            let registration = self.registration_for(event).await.when(200)?;
            let code = registration["ticketCode"].as_str();
            code.map(str::to_owned)
                .ok_or_else(|| registration.to_string())
        })
        .await
    }

    /// Waits until the caller's registration contains a ticket code, and returns the ticket.
    pub async fn ticket_of(&self, event: &Event) -> Ticket {
        let code = self.ticket_code_for(event).await;
        Ticket::from_answer(&self.read_ticket(&code).await.expect(200))
    }

    /// Returns those tickets in `GET /v1/me/tickets` that are for this event.
    pub async fn listed_tickets_for(&self, event: &Event) -> Vec<Value> {
        let all = self.every_item("/v1/me/tickets", 100).await;
        let of_event = all
            .into_iter()
            .filter(|ticket| ticket["eventId"] == event.id);
        of_event.collect()
    }

    /// Reads the current state of the ticket.
    pub async fn read_again(&self, ticket: &Ticket) -> Ticket {
        Ticket::from_answer(&self.read_ticket(&ticket.code).await.expect(200))
    }

    /// Waits until the ticket has this status.
    pub async fn wait_for_status(&self, ticket: &Ticket, status: &str) {
        eventually(PATIENCE, async || {
            let now = self.read_ticket(&ticket.code).await.when(200)?;
            if now["status"] == status {
                Ok(())
            } else {
                Err(now.to_string())
            }
        })
        .await;
    }

    /// Returns the number of tickets of an event. Only an administrator may read it. The number may be a little out of date.
    pub async fn tickets_counted_for(&self, event: &Event) -> Value {
        self.invariants_of(event).await.expect(200)["tickets"].clone()
    }
}

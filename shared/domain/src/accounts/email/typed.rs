//! E-mail addresses as a user typed them.

use super::{Email, EmailError, identity};

/// An address that a user typed. It names a new account, or an account that may exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedEmail {
    email: Email,
    /// The spellings under which the table may store an account with this address. The list is never empty.
    spellings: Vec<String>,
}

impl TypedEmail {
    /// Parses the address of an account that may exist, whether it was made before or after decision 17 (`docs/decisions`).
    ///
    /// # Errors
    /// The text is not an address, so no account ever had it.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        let former = identity::former_spelling(raw);
        let identity = identity::of(raw);
        let in_unicode = identity.as_deref().map(identity::in_unicode);
        let email = identity.as_ref().or(former.as_ref()).cloned();
        let mut spellings = Vec::new();
        for spelling in [former, identity, in_unicode].into_iter().flatten() {
            if !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
        Ok(Self {
            email: Email(email.ok_or(EmailError::NotAnAddress)?),
            spellings,
        })
    }

    /// Parses an address that an account is to have from now on. Accepts only an address to which mail can be sent.
    ///
    /// # Errors
    /// The text is not an address, is longer than [`Email::MAX`], or has a local part that is not ASCII.
    pub fn parse_new(raw: &str) -> Result<Self, EmailError> {
        // This check for ASCII comes before the conversion to lower case, because the lower case of some non-ASCII letters is
        // an ASCII letter.
        if raw
            .trim()
            .rsplit_once('@')
            .is_some_and(|(local, _)| !local.is_ascii())
        {
            Err(EmailError::LocalPart)
        } else if identity::of(raw).is_none() {
            Err(EmailError::NotAnAddress)
        } else {
            Self::parse(raw)
        }
    }

    /// Returns the address that the user typed, as an [`Email`].
    #[must_use]
    pub fn email(&self) -> &Email {
        &self.email
    }

    /// Consumes the typed address and returns it as an [`Email`].
    #[must_use]
    pub fn into_email(self) -> Email {
        self.email
    }

    /// Returns the spellings under which an account with this address may be stored, in this order: the spelling that was used
    /// before decision 17 (`docs/decisions`); the identity; the identity with its domain in Unicode. A lookup takes the first
    /// spelling that is stored. So if two old accounts have the same identity today, each of them is still found by its own
    /// spelling. An address that is all ASCII has one spelling.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }
}

/// Converts the stored address of an account into a [`TypedEmail`], as if a user had typed the address.
impl From<&Email> for TypedEmail {
    fn from(email: &Email) -> Self {
        Self::parse(email.held_as()).unwrap_or_else(|_| Self {
            spellings: vec![email.held_as().to_owned()],
            email: email.clone(),
        })
    }
}

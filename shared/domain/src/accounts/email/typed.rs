//! Addresses as they were typed.

use super::{Email, EmailError, identity};

/// An address by which somebody names an account, which is new or may exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedEmail {
    email: Email,
    /// The spellings. The list is never empty.
    spellings: Vec<String>,
}

impl TypedEmail {
    /// Parses the address of an account that may exist, made today or before decision 17.
    ///
    /// # Errors
    /// No account ever had such an address.
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

    /// Parses an address that an account is to get, to which mail can be sent.
    ///
    /// # Errors
    /// The text is no address, is longer than [`Email::MAX`], or has a local part that is not ASCII.
    pub fn parse_new(raw: &str) -> Result<Self, EmailError> {
        // The text is checked before it is lower-cased, because the lower case of some non-ASCII letters is an ASCII letter.
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

    /// Returns the address.
    #[must_use]
    pub fn email(&self) -> &Email {
        &self.email
    }

    /// Returns the address.
    #[must_use]
    pub fn into_email(self) -> Email {
        self.email
    }

    /// Returns the spellings under which an account of this address may be stored, in this order: the spelling that was used
    /// before decision 17; the identity; the identity with its domain in Unicode. The first one that is stored counts. So two
    /// old accounts whose addresses now have the same identity are each found by their own spelling. An address that is all
    /// ASCII has one spelling.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }
}

/// Takes an address of an account as if it were typed.
impl From<&Email> for TypedEmail {
    fn from(email: &Email) -> Self {
        Self::parse(email.held_as()).unwrap_or_else(|_| Self {
            spellings: vec![email.held_as().to_owned()],
            email: email.clone(),
        })
    }
}

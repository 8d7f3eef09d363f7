//! Addresses as somebody typed them.

use super::{Email, EmailError, identity};

/// An address by which somebody names an account: a new one, or one that there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedEmail {
    email: Email,
    /// Never empty.
    spellings: Vec<String>,
}

impl TypedEmail {
    /// Parses the address of an account that there may be, of today or from before decision 17.
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

    /// Parses an address that an account is to have from now on, so one that mail can be sent to.
    ///
    /// # Errors
    /// It is no address, is longer than [`Email::MAX`], or has a local part that is not ASCII.
    pub fn parse_new(raw: &str) -> Result<Self, EmailError> {
        // As it was typed: some letters outside ASCII have a lower case within it.
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

    /// The address.
    #[must_use]
    pub fn email(&self) -> &Email {
        &self.email
    }

    /// The address.
    #[must_use]
    pub fn into_email(self) -> Email {
        self.email
    }

    /// The spellings under which an account of this address may be held. The first one that is, counts: the very spelling
    /// of before decision 17, so that of two accounts that would be one now each is found by its own; the identity; the
    /// identity with its domain in Unicode. Addresses all in ASCII have one spelling.
    #[must_use]
    pub fn spellings(&self) -> &[String] {
        &self.spellings
    }
}

/// An address that an account holds, as if it were typed.
impl From<&Email> for TypedEmail {
    fn from(email: &Email) -> Self {
        Self::parse(email.held_as()).unwrap_or_else(|_| Self {
            spellings: vec![email.held_as().to_owned()],
            email: email.clone(),
        })
    }
}

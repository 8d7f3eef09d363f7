//! Typed ids. An id consists of a prefix and a `UUIDv7` in base32 ([TypeID](https://github.com/jetify-com/typeid)).

use type_safe_id::{StaticType, TypeSafeId};
use uuid::Uuid;

/// The type that gives a user's id the prefix `usr`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserTag;
impl StaticType for UserTag {
    const TYPE: &'static str = "usr";
}

/// The type that gives an event's id the prefix `evt`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventTag;
impl StaticType for EventTag {
    const TYPE: &'static str = "evt";
}

/// The type that gives an announcement's id the prefix `ann`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnnouncementTag;
impl StaticType for AnnouncementTag {
    const TYPE: &'static str = "ann";
}

/// The type that gives the id of an audit log entry the prefix `aud`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuditTag;
impl StaticType for AuditTag {
    const TYPE: &'static str = "aud";
}

/// The type that gives a session's id the prefix `ses`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionTag;
impl StaticType for SessionTag {
    const TYPE: &'static str = "ses";
}

/// The type that gives a picture's id the prefix `pic`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PictureTag;
impl StaticType for PictureTag {
    const TYPE: &'static str = "pic";
}

/// Identifies a picture: `pic_` and 26 characters. Each upload has an id of its own, also if the same file is uploaded again.
pub type PictureId = TypeSafeId<PictureTag>;

/// Identifies a session: `ses_` and 26 characters. It also identifies the family of the session's tokens. Nobody can sign in
/// with this id alone.
pub type SessionId = TypeSafeId<SessionTag>;

/// Identifies an announcement: `ann_` and 26 characters.
pub type AnnouncementId = TypeSafeId<AnnouncementTag>;

/// Identifies an entry of the audit log: `aud_` and 26 characters.
pub type AuditId = TypeSafeId<AuditTag>;

/// Identifies a user: `usr_` and 26 characters.
pub type UserId = TypeSafeId<UserTag>;

/// Identifies an event: `evt_` and 26 characters.
pub type EventId = TypeSafeId<EventTag>;

/// Identifies a user as a member of a guest list: the 16 bytes of the user's UUID.
///
/// A bucket contains dozens of these ids in an item that must stay below 1 KB, so the 30 characters of a [`UserId`] would be
/// too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId([u8; 16]);

impl GuestId {
    /// The length of a [`GuestId`], in bytes.
    pub const LEN: usize = 16;

    /// Returns the bytes of the id as they are stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// Returns the id of the user.
    #[must_use]
    pub fn user_id(self) -> UserId {
        UserId::from_uuid(Uuid::from_bytes(self.0))
    }
}

impl From<[u8; 16]> for GuestId {
    fn from(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl From<UserId> for GuestId {
    fn from(id: UserId) -> Self {
        Self(id.uuid().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_back_and_names_its_type() {
        let text = "usr_01h455vb4pex5vsknk084sn02q";
        let id: UserId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(GuestId::from(id).user_id(), id);
        assert!(text.parse::<EventId>().is_err());
        for wrong in [
            "",
            "usr_",
            "usr_01H455VB4PEX5VSKNK084SN02Q",
            "01h455vb4pex5vsknk084sn02q",
            "usr_zzzzzzzzzzzzzzzzzzzzzzzzzz",
        ] {
            assert!(wrong.parse::<UserId>().is_err(), "{wrong}");
        }
    }
}

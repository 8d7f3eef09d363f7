//! Golden test of an invitation to the door staff of an event.

use domain::{
    door::invitation::{Invitation, Validity},
    keys::bearer_code::BearerCode,
};

use super::*;
use crate::door::invitations;

#[test]
fn an_invitation_to_the_door_staff() {
    let event = event();
    let invitation = Invitation::new(
        &BearerCode::new([7; 32]),
        &event.details.schedule,
        Validity::try_from(48).ok(),
        event.created_at,
    );
    let item = invitations::item(event.id, &invitation);
    assert_json_snapshot!(shown(item.clone()), @r#"
    {
      "createdAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "expiresAt": {
        "N": "1798934400"
      },
      "fingerprint": {
        "S": "3Ev4DHdHPRMPoN6GukAY_pi7IUAF5qWJHRK6kURvnoE"
      },
      "pk": {
        "S": "EVENT#01h455vb4pex5vsknk084sn02r"
      },
      "sk": {
        "S": "INVITATION"
      }
    }
    "#);
    assert_eq!(invitations::read(&item).unwrap(), invitation);
}

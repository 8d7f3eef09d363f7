//! The effects of writing a bucket.

use domain::{
    id::{EventId, GuestId},
    seats::{availability::BucketCounts, bucket::Bucket},
};
use messages::SeatChanged;

use crate::effect::{Effect, SeatChange};

/// Returns the effects of writing a bucket of `event`. For each added or removed guest, the guest's registration is repaired
/// and a message about the guest's ticket is sent. For each added guest, the relay also checks that the account exists. The new
/// counts of the bucket are written to the event's availability.
pub(crate) fn on_bucket(
    event: EventId,
    before: Option<&Bucket>,
    after: &Bucket,
    request: &str,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut add_seat_change = |guest: GuestId, seated| {
        let user = guest.user_id();
        effects.push(Effect::RepairRegistration(SeatChange {
            event,
            user,
            seated,
            rev: after.rev,
        }));
        effects.push(Effect::SendSeatChanged(SeatChanged {
            event_id: event,
            user_id: user,
            request_id: request.to_owned(),
        }));
        if seated {
            effects.push(Effect::GiveBackIfErased { user });
        }
    };
    for guest in &after.guests {
        if !before.is_some_and(|before| before.has(*guest)) {
            add_seat_change(*guest, true);
        }
    }
    if let Some(before) = before {
        for guest in before.guests.difference(&after.guests) {
            add_seat_change(*guest, false);
        }
    }
    effects.push(Effect::NoteCounts {
        event,
        no: after.no,
        counts: BucketCounts::from(after),
    });
    effects.push(Effect::PublishCounts { event });
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{bucket, event_id, table};

    #[test]
    fn effects_of_a_bucket() {
        let on = |before: Option<Bucket>, after: Bucket| {
            on_bucket(event_id(), before.as_ref(), &after, "r1")
        };
        insta::assert_snapshot!(table([
            ("made", on(None, bucket(0, &[]))),
            ("a guest came", on(Some(bucket(1, &[1])), bucket(2, &[1, 2]))),
            ("a guest left", on(Some(bucket(2, &[1, 2])), bucket(3, &[2]))),
            ("one came, one left", on(Some(bucket(2, &[7])), bucket(3, &[8]))),
            ("nobody came or left", on(Some(bucket(1, &[7])), bucket(2, &[7]))),
        ]), @r#"
        made:
          NoteCounts: EVENT, bucket 0, BucketCounts { free: 3, held: 0, guests: 0, rev: 0 }
          PublishCounts: EVENT
        a guest came:
          RepairRegistration: USER2 seated at EVENT, revision 2
          SendSeatChanged: {"eventId":"EVENT","userId":"USER2","requestId":"r1"}
          GiveBackIfErased: USER2
          NoteCounts: EVENT, bucket 0, BucketCounts { free: 3, held: 0, guests: 2, rev: 2 }
          PublishCounts: EVENT
        a guest left:
          RepairRegistration: USER1 unseated at EVENT, revision 3
          SendSeatChanged: {"eventId":"EVENT","userId":"USER1","requestId":"r1"}
          NoteCounts: EVENT, bucket 0, BucketCounts { free: 3, held: 0, guests: 1, rev: 3 }
          PublishCounts: EVENT
        one came, one left:
          RepairRegistration: USER8 seated at EVENT, revision 3
          SendSeatChanged: {"eventId":"EVENT","userId":"USER8","requestId":"r1"}
          GiveBackIfErased: USER8
          RepairRegistration: USER7 unseated at EVENT, revision 3
          SendSeatChanged: {"eventId":"EVENT","userId":"USER7","requestId":"r1"}
          NoteCounts: EVENT, bucket 0, BucketCounts { free: 3, held: 0, guests: 1, rev: 3 }
          PublishCounts: EVENT
        nobody came or left:
          NoteCounts: EVENT, bucket 0, BucketCounts { free: 3, held: 0, guests: 1, rev: 2 }
          PublishCounts: EVENT
        "#);
    }
}

//! Tests how many units a write of a bucket costs. The table reports this number.

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;

use table::dynamodb::to_sdk;

use super::*;
use crate::{
    attribute::{REV, n},
    key,
    seats::buckets::{FREE, guest_set},
};

/// The maximum number of guests for which a write of the bucket costs one unit, because the item is smaller than 1 KB.
const GUESTS_PER_UNIT: u32 = 55;

/// Adds a guest to the bucket, and returns how many units this write costs.
async fn units_of_a_write(stack: &Stack, store: &Store, event: &Event) -> f64 {
    let guest = GuestId::from(person(store).await);
    let (client, table) = table_of(stack);
    let written = client
        .update_item()
        .table_name(&table)
        .set_key(Some(to_sdk(key::bucket(event.id, 0))))
        .update_expression(
            "SET #free = #free - :one, #rev = #rev + :one, #request = :request ADD #guests :guests",
        )
        .expression_attribute_names("#free", FREE)
        .expression_attribute_names("#rev", REV)
        .expression_attribute_names("#request", crate::attribute::REQUEST)
        .expression_attribute_names("#guests", crate::seats::buckets::GUESTS)
        .expression_attribute_values(":one", n(1).into())
        // The request id in this test is as long as the ids of API Gateway.
        .expression_attribute_values(
            ":request",
            crate::attribute::s("4d0b5fbd-5b0b-4e7c-9b39-a2b6c3c0d1e2").into(),
        )
        .expression_attribute_values(":guests", guest_set([guest]).into())
        .return_consumed_capacity(ReturnConsumedCapacity::Total)
        .send()
        .await
        .unwrap();
    written.consumed_capacity.unwrap().capacity_units.unwrap()
}

#[tokio::test]
async fn a_bucket_of_50_seats_and_5_borrowed_ones_costs_one_unit_a_write() {
    let stack = emulated!("counts capacity units");
    let store = store();
    let event = published(&store, 50).await;
    for guests in 1..=GUESTS_PER_UNIT {
        let units = units_of_a_write(&stack, &store, &event).await;
        assert!(
            (units - 1.0).abs() < f64::EPSILON,
            "{units} units at {guests} guests"
        );
    }
    let mut guests = GUESTS_PER_UNIT;
    while units_of_a_write(&stack, &store, &event).await < 1.5 {
        guests += 1;
        assert!(
            guests < 2 * GUESTS_PER_UNIT,
            "the table does not count sizes"
        );
    }
}

//! The table: each operation as atomic as `DynamoDB` makes it, on the conditions of `shared/store`.

mod places;
mod registrations;
mod seats;

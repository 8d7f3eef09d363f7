//! Texts for names that have the same meaning in the whole contract. If a field has its own documentation, the contract
//! contains that documentation instead.

mod fields;
mod parameters;

pub(super) use self::{fields::FIELDS, parameters::PARAMETERS};

/// A name, its meaning with unit and format, and an example. The name is `field`, or `Schema.field` if the field has a special
/// meaning in that schema. The example is empty if the type or the enumeration is enough.
pub(super) type Field = (&'static str, &'static str, &'static str);

const USER: &str = "usr_01kamyz7p4e4gtxg4rv9jd5q7a";
const EVENT: &str = "evt_01kamyz7p4e4gtxg4rv9jd5q7a";
const CODE: &str = "ABCD-EFGH-JKMN";

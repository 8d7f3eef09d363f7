//! The text of tickets and pictures: the embedded fonts, the characters that they have, and lines that fit into a column.

pub(crate) mod face;
pub(crate) mod printable;
pub(crate) mod wrap;

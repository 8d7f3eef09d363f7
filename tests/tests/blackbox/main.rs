//! The black-box suite: em-connect as a client sees it, over a stack that is deployed and running.
//!
//! `cargo xtask test` brings one up for it and names it in `EM_CONNECT_STACK`.

mod accounts;
mod bad_bodies;
mod bad_fields;
mod capacity;
mod contract;
mod event_lists;
mod events;
mod fuzz;
mod ids_and_paths;
mod limits;
mod registration_lists;
mod registrations;
mod roles;
mod rush;
mod sessions;
mod snapshots;
mod tokens;
mod transitions;
mod windows;

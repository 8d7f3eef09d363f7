//! The black-box suite: em-connect as a client sees it, over a stack that is deployed and running.
//!
//! `cargo xtask test` brings one up for it and names it in `EM_CONNECT_STACK`.

mod accounts;
mod bad_bodies;
mod bad_fields;
mod capacity;
mod contract;
mod crowd_at_the_door;
mod door;
mod door_bad_input;
mod door_keys;
mod door_log;
mod door_snapshots;
mod door_staff;
mod event_lists;
mod events;
mod fuzz;
mod ids_and_paths;
mod limits;
mod offline;
mod offline_bodies;
mod offline_clocks;
mod registration_lists;
mod registrations;
mod roles;
mod rush;
mod sessions;
mod snapshots;
mod ticket_cancellations;
mod ticket_format;
mod ticket_renderings;
mod tickets;
mod tokens;
mod transitions;
mod windows;

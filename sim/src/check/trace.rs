//! Describes in words the steps that lead to a state.

use std::sync::Arc;

use domain::seats::{
    claim::ClaimStep,
    join::JoinStep,
    leave::LeaveStep,
    promotion::PromotionStep,
    registration::{Registration, RegistrationStatus},
};
use stateright::Path;

use super::{
    instance::NOW,
    model::{Action, Start},
    setting::{Checked, Setting},
    steps::Fate,
    task::Task,
    worker::{Job, Worker},
    world::World,
};

/// Returns a description of every step, and of the table after each step.
pub(crate) fn tell(setting: &Arc<Setting>, path: Path<World, Action>) -> Vec<String> {
    let steps = path.into_vec();
    let mut lines = vec![format!("at first{}", table(setting, &steps[0].0))];
    for pair in steps.windows(2) {
        let [(before, Some(action)), (after, _)] = pair else {
            continue;
        };
        lines.push(format!(
            "{}{}{}",
            words(setting, before, *action),
            answered(before, after, *action),
            table(setting, after)
        ));
    }
    lines
}

/// Returns a description of what `action` does in the state `world`.
fn words(setting: &Arc<Setting>, world: &World, action: Action) -> String {
    let user = |client: usize| world.clients[client].user;
    match action {
        Action::Begin { client, start } => begin(setting, world, client, start),
        Action::GiveUp { client } => format!("user {} does not try again", user(client)),
        Action::Client {
            client,
            start,
            fate,
        } => {
            let begins = start.map(|start| begin(setting, world, client, start));
            // If the process begins with this call, it has no task in `world` yet. So the state after its beginning is
            // computed, which has the process's first task.
            let begun = start.map(|start| {
                let action = Action::Begin { client, start };
                Checked(Arc::clone(setting)).after(world, action)
            });
            let world = begun.as_ref().unwrap_or(world);
            let task = world.clients[client].task.as_ref();
            let task = task.map_or_else(String::new, task_words);
            let begins = begins.map_or_else(String::new, |begins| format!("{begins}; "));
            format!("{begins}user {}: {task}{}", user(client), fate_words(fate))
        }
        Action::Organizer { dies } => {
            let change = world.organizer.change(&setting.instance);
            let end = if dies { ", and the process ends" } else { "" };
            format!(
                "organizer: {change:?}, call {}{end}",
                world.organizer.calls() + 1
            )
        }
        Action::Relay {
            shard,
            records,
            fate,
        } => {
            let taken = Worker::new(setting, &world.stream[shard][..records]);
            let worker = world.workers[shard].as_ref().unwrap_or(&taken);
            let call = match (worker.jobs.last(), &worker.promotion) {
                (Some(job), _) => job_words(job),
                (None, Some((_, step))) => promotion_words(setting, step),
                (None, None) => "nothing to do".to_owned(),
            };
            let begins = if world.workers[shard].is_none() {
                format!(" takes {records}")
            } else {
                String::new()
            };
            format!("relay, shard {shard}{begins}: {call}{}", fate_words(fate))
        }
    }
}

fn begin(setting: &Setting, world: &World, client: usize, start: Start) -> String {
    let (user, wants) = setting.instance.clients[client];
    let wish = wants.get(world.clients[client].at);
    let wish = wish.map_or_else(String::new, |wish| format!("{wish:?}"));
    format!("user {user} wants to {wish}, remembering {:?}", start.known)
}

fn answered(before: &World, after: &World, action: Action) -> String {
    let Action::Client { client, .. } = action else {
        return String::new();
    };
    if after.clients[client].at == before.clients[client].at {
        return String::new();
    }
    let answered = after.clients[client].answered;
    answered.map_or_else(String::new, |answered| format!(" => answered {answered:?}"))
}

fn fate_words(fate: Fate) -> &'static str {
    match fate {
        Fate::Answered => "",
        Fate::Died => ", done, and the process ends",
        Fate::Repeated => ", done, and sent again",
        Fate::Conflicted => ", conflict",
    }
}

fn task_words(task: &Task) -> String {
    match task {
        Task::Claim(_, ClaimStep::Borrow { donor }) => format!("borrow from bucket {donor}"),
        Task::Claim(_, step) => format!("claim: {step:?}"),
        Task::Join(_, JoinStep::Enqueue { rev }, _) => format!("join: enqueue at revision {rev}"),
        Task::Join(_, JoinStep::Affirm { entry, rev }, _) => {
            format!(
                "join: affirm place {} at revision {rev}",
                short(&entry.to_string())
            )
        }
        Task::Join(_, step, _) => format!("join: {step:?}"),
        Task::Leave(_, LeaveStep::GiveUpPlace { entry }) => {
            format!("leave: give up place {}", short(&entry.to_string()))
        }
        Task::Leave(_, step) => format!("leave: {step:?}"),
        Task::ReadRegistration(rev) => format!("has a seat ({rev:?}): read the registration"),
        Task::RecordSeat(rev) => format!("record the seat, {rev:?}"),
        Task::RecordRemoval(rev) => format!("record the removal, {rev:?}"),
        Task::Tell => "read the registration, to tell it".to_owned(),
        Task::DeletePlace(entry, _) => format!("delete place {}", short(&entry.to_string())),
        Task::ListPlaces => "erase: read the registration".to_owned(),
        Task::LeaveFirst(_, step) => format!("erase: leave first: {step:?}"),
        Task::RecordRemovalFirst(rev) => format!("erase: record the removal, {rev:?}"),
        Task::EraseAccount => "erase the account".to_owned(),
    }
}

fn job_words(job: &Job) -> String {
    match job {
        Job::ReadAccounts(people) => format!("read the accounts of users {people:?}"),
        Job::LookUp(user) => format!("read the registration of user {user}, who is erased"),
        Job::Leave(user, _, step) => format!("give up for user {user}: {step:?}"),
        Job::TellRemoval(user, rev) => format!("record the removal of user {user}, {rev:?}"),
        Job::ReadRegistrations(_) => "read the registrations of who came or left".to_owned(),
        Job::Repair { change, rev } => format!(
            "record that user {} {} a seat at revision {rev}",
            change.user,
            if change.seated { "got" } else { "lost" }
        ),
        Job::DeletePlace(entry) => format!("delete place {}", short(&entry.to_string())),
        Job::FindBehind(_) => "read which buckets are behind the event".to_owned(),
        Job::Align(no, _) => format!("align bucket {no}"),
        Job::Learn { looks, waiting } => {
            let looks = looks.iter().map(|(no, counts)| {
                format!(
                    "bucket {no} has {} free, {} held at revision {}",
                    counts.free, counts.held, counts.rev
                )
            });
            let waiting = waiting.map(|waiting| format!("that {waiting} wait"));
            let learned: Vec<_> = looks.chain(waiting).collect();
            format!("learn {}", learned.join(", "))
        }
        Job::CountWaiting => "count who waits".to_owned(),
        Job::Look => "read the availability".to_owned(),
        Job::TellSeat(user, rev) => format!("record the seat of user {user}, {rev:?}"),
        Job::Release(no, seats) => format!("release {seats} held of bucket {no}"),
    }
}

fn promotion_words(setting: &Setting, step: &PromotionStep) -> String {
    match step {
        PromotionStep::Promote(moving) => format!(
            "promote user {:?} from place {} at revision {} by a {:?} seat of bucket {}",
            setting.user(moving.entry.guest).unwrap_or_default(),
            short(&moving.entry.id.to_string()),
            moving.rev,
            moving.seat,
            moving.source
        ),
        step => format!("promotion: {step:?}"),
    }
}

fn table(setting: &Setting, world: &World) -> String {
    let buckets = world.buckets.iter().map(|bucket| {
        let guests = bucket
            .guests
            .iter()
            .filter_map(|guest| setting.user(*guest));
        format!(
            "b{} rev {}: {} free, {} held, guests {:?}{}",
            bucket.no,
            bucket.rev,
            bucket.free,
            bucket.held,
            guests.collect::<Vec<_>>(),
            if bucket.terms.promote(NOW) {
                ""
            } else {
                ", closed"
            }
        )
    });
    let places = world.entries.iter().map(|entry| {
        format!(
            "{}:user {}",
            short(&entry.id.to_string()),
            setting.user(entry.guest).unwrap_or_default()
        )
    });
    let registrations = (0usize..)
        .zip(&world.registrations)
        .filter_map(|(user, item)| {
            let item: &Registration = item.as_ref()?;
            let status = match item.status {
                RegistrationStatus::Confirmed => "confirmed",
                RegistrationStatus::Waitlisted => "waitlisted",
                RegistrationStatus::Cancelled => "cancelled",
            };
            Some(format!("user {user}: {status} rev {}", item.rev))
        });
    let known = world
        .availability
        .iter()
        .map(|(no, counts)| format!("b{no}@{}: {}+{}", counts.rev, counts.free, counts.held));
    format!(
        "\n        {} | places [{}] | {} | known {}, {} wait",
        buckets.collect::<Vec<_>>().join("; "),
        places.collect::<Vec<_>>().join(", "),
        registrations.collect::<Vec<_>>().join(", "),
        known.collect::<Vec<_>>().join(", "),
        world.availability.waitlisted
    )
}

fn short(id: &str) -> &str {
    let short = id.trim_start_matches('0');
    if short.is_empty() { "0" } else { short }
}

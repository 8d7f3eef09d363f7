//! Defines the model for the checker: the actions that are possible in a state, and the state that follows from each action.

use stateright::{Model, Property};

use super::{
    client::Client,
    instance::{Batch, Intent, Known},
    property,
    setting::Checked,
    steps::Fate,
    task::Task,
    worker::Worker,
    world::World,
};

/// The cached availability and the random seed with which a process begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Start {
    pub(crate) known: Known,
    pub(crate) seed: u64,
}

/// One step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// A client's process begins, and makes its first call in a later step. The cached availability may be out of date by then.
    Begin { client: usize, start: Start },
    /// A user whose last process ended without an answer decides not to try again.
    GiveUp { client: usize },
    /// A client's process makes its next call. If `start` is set, the process begins with this call.
    Client {
        client: usize,
        start: Option<Start>,
        fate: Fate,
    },
    /// The organizer's process makes its next call. If `dies` is set, the process ends after this call.
    Organizer { dies: bool },
    /// The relay makes its next call for a batch of a shard. `records` is the number of records in the batch.
    Relay {
        shard: usize,
        records: usize,
        fate: Fate,
    },
}

impl Checked {
    fn client_actions(&self, world: &World, at: usize, actions: &mut Vec<Action>) {
        let client = &world.clients[at];
        if let Some(task) = &client.task {
            call(world, at, None, task, actions);
            return;
        }
        let (_, wants) = self.0.instance.clients[at];
        let Some(intent) = wants.get(client.at) else {
            return;
        };
        if client.unanswered {
            actions.push(Action::GiveUp { client: at });
            if world.left.restarts == 0 {
                return;
            }
        }
        for start in self.starts(*intent) {
            if start.known == Known::Current {
                actions.push(Action::Begin { client: at, start });
            } else {
                let task = self.first_task(world, at, *intent, start);
                call(world, at, Some(start), &task, actions);
            }
        }
    }

    /// Returns each cached availability and seed with which a process for `intent` may begin.
    fn starts(&self, intent: Intent) -> impl Iterator<Item = Start> {
        let instance = &self.0.instance;
        let (known, seeds) = match intent {
            Intent::Claim => (instance.known, instance.seeds),
            Intent::Join => (instance.known, 1),
            Intent::Leave | Intent::Erase => (&[Known::Nothing][..], 1),
        };
        let starts = move |known: &Known| {
            let known = *known;
            (0..seeds).map(move |seed| Start { known, seed })
        };
        known.iter().flat_map(starts)
    }

    fn first_task(&self, world: &World, at: usize, intent: Intent, start: Start) -> Task {
        let known = match start.known {
            Known::Nothing => None,
            Known::Initial => Some(self.0.initial.clone()),
            Known::Current => Some(world.availability.clone()),
        };
        let place = world.clone().new_place();
        Task::begin(
            &self.0,
            world.clients[at].user,
            intent,
            known,
            start.seed,
            place,
        )
    }

    fn relay_actions(&self, world: &World, shard: usize, actions: &mut Vec<Action>) {
        let waiting = world.stream[shard].len();
        let at_work = world.workers.iter().flatten().count();
        let batches = match (&world.workers[shard], self.0.instance.batch) {
            (Some(worker), _) => worker.records..=worker.records,
            (None, _) if waiting == 0 || at_work >= self.0.instance.workers => return,
            (None, Batch::One) => 1..=1,
            (None, Batch::Any) => 1..=waiting,
        };
        for records in batches {
            let action = |fate| Action::Relay {
                shard,
                records,
                fate,
            };
            actions.push(action(Fate::Answered));
            if world.left.relay_deaths > 0 {
                actions.push(action(Fate::Died));
            }
            let next = |asks: fn(&Worker) -> bool| match &world.workers[shard] {
                Some(worker) => asks(worker),
                None => asks(&Worker::new(&self.0, &world.stream[shard][..records])),
            };
            if world.left.repeats > 0 && next(Worker::is_single_write) {
                actions.push(action(Fate::Repeated));
            }
            if world.left.conflicts > 0 && next(Worker::is_transaction) {
                actions.push(action(Fate::Conflicted));
            }
        }
    }

    /// Returns the state after `action`.
    pub(crate) fn after(&self, world: &World, action: Action) -> World {
        let mut next = world.clone();
        match action {
            Action::Begin { client, start } => self.begin(&mut next, client, start),
            Action::GiveUp { client } => next.clients[client].move_on(None),
            Action::Client {
                client,
                start,
                fate,
            } => {
                if let Some(start) = start {
                    self.begin(&mut next, client, start);
                }
                next.step_client(&self.0, client, fate);
            }
            Action::Organizer { dies } => {
                next.left.deaths -= u8::from(dies);
                next.step_organizer(&self.0, dies);
            }
            Action::Relay {
                shard,
                records,
                fate,
            } => next.step_worker(&self.0, shard, records, fate),
        }
        next
    }

    fn begin(&self, world: &mut World, at: usize, start: Start) {
        let (_, wants) = self.0.instance.clients[at];
        let Some(intent) = wants.get(world.clients[at].at) else {
            return;
        };
        let task = self.first_task(world, at, *intent, start);
        if *intent == Intent::Join {
            world.places_made += 1;
        }
        let had_seat = world.is_guest(&self.0, world.clients[at].user);
        let client = &mut world.clients[at];
        world.left.restarts -= u8::from(client.unanswered);
        *client = Client {
            at: client.at,
            task: Some(task),
            had_seat,
            slips: client.slips,
            ..Client::new(client.user)
        };
    }
}

/// Adds to `actions` one action for each possible fate of the next call of the client `at`.
fn call(world: &World, at: usize, start: Option<Start>, task: &Task, actions: &mut Vec<Action>) {
    let action = |fate| Action::Client {
        client: at,
        start,
        fate,
    };
    actions.push(action(Fate::Answered));
    if world.left.deaths > 0 {
        actions.push(action(Fate::Died));
    }
    if world.left.repeats > 0 && task.is_single_write() {
        actions.push(action(Fate::Repeated));
    }
    if world.left.conflicts > 0 && task.conflict().is_some() {
        actions.push(action(Fate::Conflicted));
    }
}

impl Model for Checked {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![self.0.world()]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        for client in 0..world.clients.len() {
            self.client_actions(world, client, actions);
        }
        if !world.organizer.is_done(&self.0.instance) {
            actions.push(Action::Organizer { dies: false });
            if world.left.deaths > 0 {
                actions.push(Action::Organizer { dies: true });
            }
        }
        for shard in 0..world.stream.len() {
            self.relay_actions(world, shard, actions);
        }
    }

    fn next_state(&self, world: &World, action: Action) -> Option<World> {
        Some(self.after(world, action))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        property::all(self.0.only)
    }
}

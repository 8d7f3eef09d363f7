//! Simulates calls to the table: the latency, lost requests and replies, and the SDK's retries.

use super::{Attempt, Call, Happening, News, Owner, Reply, World, ms};
use crate::rush::table::Receipt;

impl World<'_> {
    fn attempt(&self, id: u64) -> Option<Attempt> {
        let run = self.runs.get(&id)?;
        Some(Attempt {
            run: id,
            call: run.calls,
            no: run.attempt,
        })
    }

    /// Sends the current call of a simulated function to the table.
    pub(super) fn send(&mut self, id: u64) {
        let Some(attempt) = self.attempt(id) else {
            return;
        };
        let Some(call) = self.runs.get(&id).and_then(|run| run.call.clone()) else {
            return;
        };
        if self.chance.happens(self.model.lost_requests) {
            self.agenda
                .after(ms(self.model.timeout_ms), Happening::TimesOut(attempt));
        } else {
            let way = self.way();
            self.agenda.after(way, Happening::Reaches(attempt, call));
        }
    }

    /// Returns a random time that a call or its reply takes on its way, which is half a round trip.
    fn way(&mut self) -> std::time::Duration {
        self.chance
            .spread(self.model.spread(self.model.latency_ms / 2.0))
    }

    /// Passes a call to the table, even if the function that sent it has ended.
    pub(super) fn reach(&mut self, attempt: Attempt, call: &Call) {
        let receipt = self.table.take(self.agenda.now(), call);
        match receipt {
            Receipt::Now(reply) => {
                if matches!(call, Call::Write(..)) {
                    self.watch_streams();
                }
                self.send_back(attempt, reply);
            }
            Receipt::Prepared(token) => {
                let hold = self
                    .chance
                    .spread(self.model.spread(self.model.transaction_ms));
                self.agenda.after(hold, Happening::Commits(attempt, token));
            }
        }
    }

    pub(super) fn send_back(&mut self, attempt: Attempt, reply: Reply) {
        if self.chance.happens(self.model.lost_answers) {
            self.agenda
                .after(ms(self.model.timeout_ms), Happening::TimesOut(attempt));
        } else {
            let way = self.way();
            self.agenda.after(way, Happening::Answers(attempt, reply));
        }
    }

    /// Passes the table's reply to the function that made the call.
    pub(super) fn hear(&mut self, attempt: Attempt, reply: Reply) {
        if self.attempt(attempt.run) != Some(attempt) {
            return;
        }
        if self.chance.happens(self.model.deaths) && self.die(attempt.run) {
            return;
        }
        if matches!(reply, Reply::Throttled) {
            self.try_again(attempt.run, true);
            return;
        }
        let Some(run) = self.runs.get_mut(&attempt.run) else {
            return;
        };
        if run.reads_event {
            run.reads_event = false;
            if let Owner::Visit(_, instance) = &mut run.owner {
                instance.event_until = self.agenda.now() + super::EVENT_LIFE;
            }
            self.tell(attempt.run, News::Begin);
        } else {
            self.tell(attempt.run, News::Reply(reply));
        }
    }

    pub(super) fn time_out(&mut self, attempt: Attempt) {
        if self.attempt(attempt.run) == Some(attempt) {
            self.try_again(attempt.run, false);
        }
    }

    /// Makes another attempt after a random share of an exponentially growing wait, or gives up after the last attempt.
    fn try_again(&mut self, id: u64, throttled: bool) {
        let Some(run) = self.runs.get_mut(&id) else {
            return;
        };
        let (attempts, backoff_ms) = match run.owner {
            Owner::Visit(..) => (self.model.sdk_attempts, self.model.backoff_ms),
            Owner::Shard(..) => (self.model.relay_attempts, self.model.relay_backoff_ms),
        };
        if run.attempt >= attempts {
            run.reads_event = false;
            let transaction = matches!(run.call.as_deref(), Some(Call::Transact(..)));
            // If a transaction is throttled at its last attempt, the product's store treats this like a conflict with another
            // transaction.
            let news = if throttled && transaction {
                News::Reply(Reply::Conflict)
            } else {
                News::GaveUp
            };
            self.tell(id, news);
            return;
        }
        // In the SDK, the longest first wait is 1 s after a throttled attempt and 25 ms after a lost attempt. So a wait after a
        // lost attempt is a fortieth of a wait after a throttled attempt.
        let part = if throttled { 1 } else { 40 };
        let wait = ms(backoff_ms) / part * 2u32.saturating_pow((run.attempt - 1).min(20));
        run.attempt += 1;
        let wait = self.chance.within(wait.min(ms(self.model.most_backoff_ms)));
        self.agenda.after(wait, Happening::TriesAgain(id));
    }

    /// Kills the instance that processes a request, and returns true. Returns false if the function runs for a batch, because
    /// the relay is never killed: its batches are retried anyway. Returns false, too, if the function has already ended.
    fn die(&mut self, id: u64) -> bool {
        if !matches!(self.runs.get(&id), Some(run) if matches!(run.owner, Owner::Visit(..))) {
            return false;
        }
        if let Some(run) = self.runs.remove(&id)
            && let Owner::Visit(visit, _) = run.owner
        {
            self.tally.died += 1;
            self.answer(visit, super::RequestEnd::Unavailable);
            self.release(None);
        }
        true
    }
}

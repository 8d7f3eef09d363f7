//! Why the template says what it says, with the figures of a run.

use crate::commands::bench::cost::{CALL_MS, MIB_OF_A_VCPU, cpu_wall_ms};
use crate::commands::bench::figures::text;
use crate::commands::bench::report::Report;

/// Why the template says what it says.
pub(super) fn settings(report: &Report) -> String {
    let cpu_of = |name: &str| {
        let api = report.operation(name)?.cost.by_function.get("api")?;
        Some(api.cpu_ms)
    };
    let login = cpu_of("login").unwrap_or_default();
    let held = |name: &str| report.memory.get(name).map_or(0.0, |memory| memory.peak);
    let of_cpu = |name: &str, operation: &str| {
        let cost = report.operation(operation).map(|operation| &operation.cost);
        let share = cost.and_then(|cost| cost.by_function.get(name));
        share.map_or(0.0, |share| share.cpu_ms)
    };
    let notify_cpu = of_cpu("notify", "registration");
    let notify = report.operation("registration");
    let notify = notify.and_then(|operation| operation.cost.by_function.get("notify"));
    let notify_calls: f64 = notify.map_or(0.0, |share| share.calls.values().sum());
    // At least one call: a run without mail tells nothing here.
    let mail_ms = cpu_wall_ms(notify_cpu, 512.0) + notify_calls.max(1.0) * CALL_MS;
    format!(
        "## Settings of the template\n\n\
        *Architecture: arm64.* It costs a fifth less for the same GB-second ([prices](cost.md#prices)). No arm64 machine was \
        at hand: that its processor takes as long is assumed, not measured.\n\n\
        *`api`: 512 MB.* The largest that a request needs is argon2's 19 MiB, and a process held {api_mib} MiB: memory does \
        not decide, CPU does. A login takes {login} ms of CPU time, so about {at_512} ms at 512 MB and {at_1769} ms at \
        1,769 MB; a registration takes {registration} ms, and {registration_512} ms at 512 MB. CPU time costs the same at \
        each size up to there, but time spent waiting for the table is paid by memory, and a registration mostly waits: at \
        {call_ms} ms for a call (an assumption) its GB-seconds are {dearer} times as many at 1,769 MB as at 512 MB. In a rush \
        people register, and have signed in before. So 512 MB; who expects many logins at once sets more.\n\n\
        *`relay` and `ticket`: 256 MB; `notify`: 512 MB.* Nobody waits for them. They held {relay_mib}, {ticket_mib} and \
        {notify_mib} MiB in the whole run. A ticket mail takes `notify` {notify_cpu} ms of CPU time, {notify_512} ms at \
        512 MB and twice as long at 256 MB for the same money. With its calls, two processes at 512 MB send about {mails} \
        mails a second, and SES allows most new accounts 14. 128 MB would do for `ticket`, and save half of what it waits; a batch of a thousand \
        records must fit into the `relay`, which has not been measured.\n\n\
        *Concurrency.* None is reserved: the API takes what the account has. `ticket` is held at 20 at once so that tickets \
        do not take the API's share in a rush, `notify` at 2 because SES's rate is what limits it.\n\n\
        *Retries and time limits of calls* (`shared/bootstrap/src/clients.rs`): four attempts with waits that double and are \
        random, 4 s for an attempt, 9 s for all of them, within the API's 28 s; the relay eight attempts that begin sooner. \
        The rush above shows what they do when a tenth of all calls is throttled; [proved.md](proved.md#the-capacity-model) compares other waits in a rush on partitions that are too hot. Calls share connections that are kept \
        open; a function holds no lock over a call and queues nothing.\n",
        api_mib = text(held("api")),
        login = text(login),
        at_512 = text(cpu_wall_ms(login, 512.0)),
        at_1769 = text(cpu_wall_ms(login, MIB_OF_A_VCPU)),
        registration = text(of_cpu("api", "registration")),
        registration_512 = text(cpu_wall_ms(of_cpu("api", "registration"), 512.0)),
        call_ms = text(CALL_MS),
        dearer = text(dearer(of_cpu("api", "registration"))),
        relay_mib = text(held("relay")),
        ticket_mib = text(held("ticket")),
        notify_mib = text(held("notify")),
        notify_cpu = text(notify_cpu),
        mails = text(2.0 * 1000.0 / mail_ms),
        notify_512 = text(cpu_wall_ms(notify_cpu, 512.0)),
    )
}

/// The ratio of a registration's GB-seconds at a whole vCPU to those at 512 MB, for two calls and this CPU time.
fn dearer(cpu_ms: f64) -> f64 {
    let gb_ms = |mib: f64| (cpu_wall_ms(cpu_ms, mib) + 2.0 * CALL_MS) * mib;
    gb_ms(MIB_OF_A_VCPU) / gb_ms(512.0)
}

//! Times reads and writes of a table in a file: `cargo run --release -p embedded --example bench -- FOLDER [ITEMS…]`.
//!
//! For each number of items in the table, the program prints the number of operations per second, their latencies, and the CPU
//! time that the process used for each operation. During the measurement, a follower marks the stream's records as done, so
//! that they are deleted. In a running server, the relay does this. The program runs on Linux only, because it reads /proc.

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use embedded::{Database, Options};
use queues::{Outgoing, Producer as _};
use table::{
    Condition, GSI1PK, GSI1SK, Item, PK, Put, Query, SK, SingleWrite as _, Table, Update, Value,
    attr, n, s,
};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The number of guests in a bucket.
const GUESTS: usize = 50;

fn key(pk: String, sk: &str) -> Item {
    Item::from([(PK.to_owned(), Value::S(pk)), (SK.to_owned(), s(sk))])
}

fn registration(event: &str, user: usize) -> Put {
    let mut item = key(format!("USER#usr_01kq3n5v9pf2n8j0m3{user:08}"), "REG#evt_1");
    item.extend([
        (GSI1PK.to_owned(), s(format!("EVENT#{event}"))),
        (GSI1SK.to_owned(), s(format!("USER#{user:08}"))),
        ("status".to_owned(), s("confirmed")),
        ("at".to_owned(), s("2026-11-29T08:00:00.000Z")),
    ]);
    Put::of(item).when(attr(PK).absent())
}

fn bucket(no: usize) -> Item {
    let mut item = key(format!("EVENT#evt_01kq3n5v9pf2n8j0m3d6#{no}"), "SEATS");
    item.extend([
        ("free".to_owned(), n(GUESTS)),
        ("guests".to_owned(), Value::M(Item::new())),
    ]);
    item
}

fn claim(no: usize) -> Update {
    let guest = attr("guests").field(format!("usr_01kq3n5v9pf2n8j0m3{no:08}"));
    let mut key = bucket(no / GUESTS);
    key.retain(|name, _| name == PK || name == SK);
    let state = Item::from([("at".to_owned(), s("2026-11-29T08:00:00.000Z"))]);
    Update::of(key)
        .set(guest.clone(), Value::M(state))
        .increase("free", -1)
        .add("rev", n(1))
        .when(Condition::All(vec![
            attr("free").greater(n(0)),
            guest.absent(),
        ]))
}

/// Returns the CPU time that this process has used so far, in seconds.
fn cpu() -> Outcome<f64> {
    let mut nanoseconds = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let stat = std::fs::read_to_string(task?.path().join("schedstat")).unwrap_or_default();
        let on_cpu = stat.split(' ').next().and_then(|text| text.parse().ok());
        nanoseconds += on_cpu.unwrap_or(0.0);
    }
    Ok(nanoseconds / 1e9)
}

/// Runs `count` operations in `tasks` concurrent tasks, and prints a line with the results.
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
async fn time<F>(name: &str, tasks: usize, count: usize, operation: impl Fn(usize) -> F) -> Outcome
where
    F: Future<Output = Outcome> + Send + 'static,
{
    let operations: Vec<_> = (0..count).map(operation).collect();
    let operations = Arc::new(Mutex::new(operations.into_iter()));
    let (start, before) = (Instant::now(), cpu()?);
    let running: Vec<_> = (0..tasks)
        .map(|_| {
            let operations = operations.clone();
            tokio::spawn(async move {
                let mut latencies = Vec::new();
                while let Some(operation) = operations.lock().ok().and_then(|mut all| all.next()) {
                    let start = Instant::now();
                    operation.await?;
                    latencies.push(start.elapsed().as_secs_f64() * 1e3);
                }
                Ok::<_, Box<dyn std::error::Error + Send + Sync>>(latencies)
            })
        })
        .collect();
    let mut latencies = Vec::new();
    for task in running {
        latencies.extend(task.await??);
    }
    let (seconds, cpu) = (start.elapsed().as_secs_f64(), cpu()? - before);
    latencies.sort_by(f64::total_cmp);
    println!(
        "| {name:34} | {tasks:2} | {:8.0} | {:8.3} | {:8.3} | {:7.1} |",
        count as f64 / seconds,
        latencies[count / 2],
        latencies[count * 99 / 100],
        cpu * 1e6 / count as f64
    );
    Ok(())
}

async fn fill(db: &Database, from: usize, to: usize) -> Outcome {
    for first in (from..to).step_by(100) {
        let puts = (first..to.min(first + 100)).map(|user| registration("filler", user).into());
        db.transact(puts.collect()).await?;
    }
    Ok(())
}

async fn measure(db: &Database, round: usize) -> Outcome {
    println!("| operation | at once | a second | p50, ms | p99, ms | CPU, µs |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (no, tasks) in [1, 8, 32].into_iter().enumerate() {
        let count = if tasks == 1 { 1000 } else { 6000 };
        let first = 10_000_000 * (round + 1) + 1_000_000 * no;
        for no in first / GUESTS..=(first + count) / GUESTS {
            Put::of(bucket(no)).write_to(db).await?;
        }
        let name = "conditional update, bucket of 50";
        time(name, tasks, count, |i| {
            let (db, claim) = (db.clone(), claim(first + i));
            async move {
                claim.write_to(&db).await?;
                Ok(())
            }
        })
        .await?;
        time("put of a registration, one index", tasks, count, |i| {
            let (db, put) = (db.clone(), registration("evt_1", first + i));
            async move {
                put.write_to(&db).await?;
                Ok(())
            }
        })
        .await?;
        time("transaction of two puts", tasks, count / 2, |i| {
            let (db, i) = (db.clone(), first + i);
            let put = |kind: &str| Put::of(key(format!("{kind}#{i}"), "x")).when(attr(PK).absent());
            let writes = vec![put("A").into(), put("B").into()];
            async move { Ok(db.transact(writes).await?) }
        })
        .await?;
        time("message: send, receive, delete", tasks, count / 2, |i| {
            let db = db.clone();
            let message = Outgoing {
                body: format!(r#"{{"registration":"{i}"}}"#),
                ..Outgoing::default()
            };
            async move {
                db.send("tickets", vec![message]).await?;
                let taken = db.take("tickets", 1, Duration::ZERO).await?;
                let receipts = taken.into_iter().map(|message| message.receipt);
                db.delete_all("tickets", receipts.collect()).await?;
                Ok(())
            }
        })
        .await?;
        time("get", tasks, 4 * count, |i| {
            let mut key = registration("evt_1", first + i % count).item;
            key.retain(|name, _| name == PK || name == SK);
            let db = db.clone();
            async move {
                db.get(key, true).await?;
                Ok(())
            }
        })
        .await?;
        time("page of 20 from the index", tasks, 2 * count, |_| {
            let (db, query) = (db.clone(), Query::gsi1("EVENT#filler").limit(20));
            async move {
                db.query(query).await?;
                Ok(())
            }
        })
        .await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: bench FOLDER [ITEMS…]")?;
    let mut sizes = arguments
        .map(|items| items.parse())
        .collect::<Result<Vec<usize>, _>>()?;
    if sizes.is_empty() {
        sizes = vec![10_000, 100_000];
    }
    std::fs::create_dir_all(&folder)?;
    let db = Database::open(Path::new(&folder).join("bench.db"), Options::default())?;
    let stream = db.stream("relay");
    tokio::spawn(async move {
        while let Ok(records) = stream.next(1000).await {
            if let Some(last) = records.last()
                && stream.done(last.sequence).await.is_err()
            {
                break;
            }
        }
    });
    let mut filled = 0;
    for (round, items) in sizes.into_iter().enumerate() {
        fill(&db, filled, items).await?;
        filled = items;
        println!("\n{items} items, {:?}\n", db.statistics());
        measure(&db, round).await?;
    }
    Ok(())
}

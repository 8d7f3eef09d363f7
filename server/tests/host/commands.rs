//! Tests of the commands for operators.

use std::{fs, path::Path};

use embedded::{Database, Options};
use serde_json::{Value, json};
use table::{Delete, Item, PK, Put, SK, SingleWrite as _, Write};

use crate::{
    client::PASSWORD,
    process::{Home, Server, eventually},
};

#[test]
fn an_administrator_is_made_and_reset_with_a_server_and_without_one() {
    let home = Home::new();
    let admin = ["admin", "--email", "admin@example.org"];
    assert!(
        home.says(&admin, PASSWORD)
            .contains("is an administrator now")
    );
    let server = Server::start(&home);
    let client = server.client().signed_in("admin@example.org");
    assert_eq!(client.get("/v1/me")["role"], "admin");
    let said = home.says(&admin, "another horse battery\n");
    assert!(said.contains("has a new password"), "{said}");
    let old = json!({"email": "admin@example.org", "password": PASSWORD});
    assert_eq!(server.client().call("POST", "/v1/auth/login", &old).0, 401);
    // If an account with the address exists already, the command `admin` gives it the role of an administrator.
    server.client().sign_up("ada@example.org");
    home.says(&["admin", "--email", "ada@example.org"], PASSWORD);
    let client = server.client().signed_in("ada@example.org");
    assert_eq!(client.get("/v1/me")["role"], "admin");
    let short = home.command(&admin, "short");
    assert!(!short.status.success());
    let error = String::from_utf8(short.stderr).unwrap();
    assert!(error.contains("the password must"), "{error}");
    server.stop();
}

#[test]
fn a_backup_of_a_server_that_runs_is_restored_elsewhere_with_its_secret() {
    let home = Home::new();
    let server = Server::start(&home);
    server.client().sign_up("ada@example.org");
    let keys = server.client().get("/.well-known/jwks.json");
    let file = home.path("copy");
    let file = file.to_str().unwrap();
    home.says(&["backup", file], "");
    let twice = home.command(&["backup", file], "");
    assert!(!twice.status.success(), "nothing is overwritten");
    let running = home.command(&["restore", file], "");
    let error = String::from_utf8(running.stderr).unwrap();
    assert!(error.contains("another process has"), "{error}");
    server.client().sign_up("late@example.org");
    server.stop();

    let other = Home::new();
    other.says(&["restore", file], "");
    let server = Server::start(&other);
    server.client().signed_in("ada@example.org");
    assert_eq!(server.client().get("/.well-known/jwks.json"), keys);
    let late = json!({"email": "late@example.org", "password": PASSWORD});
    assert_eq!(server.client().call("POST", "/v1/auth/login", &late).0, 401);
    server.stop();

    // A restore keeps the old database. It also keeps the old secret if that differs from the backup's secret.
    let replaced = |begin: &str| replaced(&home, begin).len();
    home.says(&["restore", file], "");
    assert_eq!(replaced("em-connect.db.replaced-"), 1);
    assert_eq!(replaced("secret.replaced-"), 0, "it is the same secret");
    let another = "0123456789abcdef0123456789abcdef";
    fs::write(home.data().join("secret"), another).unwrap();
    fs::remove_file(home.data().join("em-connect.db")).unwrap();
    let report = home.says(&["restore", file], "");
    assert_eq!(replaced("secret.replaced-"), 1, "{report}");
    assert!(report.contains("secret.replaced-"), "{report}");
    let now = fs::read_to_string(home.data().join("secret")).unwrap();
    assert_eq!(now, fs::read_to_string(home.path("copy.secret")).unwrap());
    fs::remove_file(home.path("copy.secret")).unwrap();
    let without = home.command(&["restore", file], "");
    let error = String::from_utf8(without.stderr).unwrap();
    assert!(error.contains("copy.secret cannot be read"), "{error}");
}

/// Finds the names in the data folder that begin with `begin`. Returns the rest of each name, in order.
fn replaced(home: &Home, begin: &str) -> Vec<String> {
    let entries = fs::read_dir(home.data()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut ends: Vec<_> = names
        .filter_map(|name| name.strip_prefix(begin).map(str::to_owned))
        .collect();
    ends.sort();
    ends
}

#[test]
fn a_replaced_database_and_its_secret_get_names_that_belong_together() {
    let home = Home::new();
    Server::start(&home).stop();
    let copy = home.path("copy");
    home.says(&["backup", copy.to_str().unwrap()], "");
    let another = "0123456789abcdef0123456789abcdef";
    fs::write(home.data().join("secret"), another).unwrap();
    // A restore renames the replaced database with the current second. For each second of the next minute, that name is already
    // in use. The corresponding names for a replaced secret are not in use.
    let now = jiff::Timestamp::now().as_second();
    for second in now..now + 60 {
        let name = format!("em-connect.db.replaced-{second}");
        fs::write(home.data().join(name), "").unwrap();
    }
    home.says(&["restore", copy.to_str().unwrap()], "");
    let secret = replaced(&home, "secret.replaced-");
    let databases = replaced(&home, "em-connect.db.replaced-");
    assert_eq!(secret.len(), 1);
    assert!(databases.contains(&secret[0]), "{databases:?} {secret:?}");
}

#[test]
fn a_backup_or_an_export_that_fails_leaves_nothing() {
    let home = Home::new();
    let server = Server::start(&home);
    server.client().sign_up("ada@example.org");
    let fails = |command: &str, to: &Path| {
        let output = home.command(&[command, to.to_str().unwrap()], "");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        error
    };
    // In each case, one of the two files of a backup exists already.
    for (taken, other) in [("a", "a.secret"), ("b.secret", "b")] {
        fs::write(home.path(taken), "another's").unwrap();
        let error = fails("backup", &home.path(&taken[..1]));
        assert!(error.contains(taken) && error.contains("exists"), "{error}");
        assert_eq!(fs::read_to_string(home.path(taken)).unwrap(), "another's");
        assert!(!home.path(other).exists());
    }
    server.stop();

    // Makes the items with a password hash unreadable: overwrites a part of them with a byte that MessagePack never uses.
    let database = home.data().join("em-connect.db");
    let mut bytes = fs::read(&database).unwrap();
    let name = b"\xacpasswordHash";
    let places: Vec<_> = (0..bytes.len())
        .filter(|at| bytes[*at..].starts_with(name))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at] = 0xc1;
    }
    fs::write(&database, bytes).unwrap();
    fails("export", &home.path("items.json"));
    assert!(!home.path("items.json").exists());
}

#[test]
fn a_backup_that_is_damaged_replaces_neither_database_nor_secret() {
    let home = Home::new();
    let server = Server::start(&home);
    let file = home.path("copy");
    home.says(&["backup", file.to_str().unwrap()], "");
    server.stop();
    let secret = || fs::read_to_string(home.data().join("secret")).unwrap();
    let before = secret();
    let another = "0123456789abcdef0123456789abcdef";
    fs::write(home.path("copy.secret"), another).unwrap();
    fs::write(&file, "no database").unwrap();
    let refused = home.command(&["restore", file.to_str().unwrap()], "");
    assert_eq!(refused.status.code(), Some(1));
    fs::write(home.path("copy.secret"), "short").unwrap();
    let refused = home.command(&["restore", file.to_str().unwrap()], "");
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.contains("copy.secret cannot be used"), "{error}");
    assert_eq!(secret(), before);
    Server::start(&home).stop();
}

#[test]
fn a_lost_secret_is_never_replaced_by_a_new_one() {
    let home = Home::new();
    let server = Server::start(&home);
    server.client().sign_up("ada@example.org");
    server.stop();
    let path = home.data().join("secret");
    let secret = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    for command in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["admin", "--email", "admin@example.org"],
    ] {
        let refused = home.command(command, PASSWORD);
        let error = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{error}");
        assert!(error.contains("secret is missing"), "{error}");
        assert!(!path.exists());
    }
    fs::write(&path, secret).unwrap();
    Server::start(&home).stop();
}

#[test]
fn an_export_has_every_item_as_an_import_takes_them() {
    let home = Home::new();
    let server = Server::start(&home);
    server.client().sign_up("ada@example.org");
    let file = home.path("items.json");
    home.says(&["export", file.to_str().unwrap()], "");
    let text = fs::read_to_string(file).unwrap();
    let items: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let is_account = |line: &Value| line["Item"]["email"]["S"] == "ada@example.org";
    assert!(items.iter().all(|line| line["Item"]["pk"]["S"].is_string()));
    assert!(items.iter().any(is_account), "{text}");
    let status = home.says(&["status"], "");
    assert!(
        status.contains(&server.url) && status.contains("tickets ") && status.contains("\nhealth "),
        "{status}"
    );
    server.stop();
    let status = home.command(&["status"], "");
    assert_eq!(
        status.status.code(),
        Some(1),
        "a health check fails without a server"
    );
    let status = String::from_utf8(status.stdout).unwrap();
    assert!(
        status.starts_with("no server answers for") && status.contains("tickets "),
        "{status}"
    );
}

#[test]
fn a_command_that_reads_changes_nothing_in_what_a_killed_server_left() {
    let home = Home::new();
    let server = Server::start(&home);
    server.client().sign_up("ada@example.org");
    server.kill();
    let files = || {
        ["em-connect.db", "em-connect.db-wal", "secret"]
            .map(|name| fs::read(home.data().join(name)).unwrap())
    };
    let before = files();
    assert!(!home.command(&["status"], "").status.success());
    home.says(&["check"], "");
    home.says(&["backup", home.path("copy").to_str().unwrap()], "");
    home.says(&["export", home.path("items.json").to_str().unwrap()], "");
    assert!(files() == before, "a file of the data folder was changed");
    // The killed server had its last writes only in the write-ahead journal. The exported file contains these writes too.
    let items = fs::read_to_string(home.path("items.json")).unwrap();
    assert!(items.contains("ada@example.org"), "{items}");
    let server = Server::start(&home);
    server.client().signed_in("ada@example.org");
    server.stop();
}

/// Exports all items to the file `name`. Returns those items whose sort keys begin with `begin`.
fn items(home: &Home, name: &str, begin: &str) -> Vec<Item> {
    let file = home.path(name);
    home.says(&["export", file.to_str().unwrap()], "");
    let text = fs::read_to_string(file).unwrap();
    let items = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        serde_json::from_value::<serde_dynamo::Item>(line["Item"].clone()).unwrap()
    });
    let begins = |item: &Item| matches!(&item[SK], table::Value::S(sk) if sk.starts_with(begin));
    items.map(Item::from).filter(begins).collect()
}

/// Writes an item directly into the database, while no server runs.
fn write_behind(home: &Home, write: Write) {
    let path = home.data().join("em-connect.db");
    let database = Database::open(path, Options::default()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(write.write_to(&database)).unwrap();
}

/// Returns the faults that a check reports after `write`, when the server has processed the write.
fn check_after(home: &Home, write: Write) -> String {
    write_behind(home, write);
    let server = Server::start(home);
    // While records wait to be processed, the check does not report items that lag behind.
    let output = eventually("a fault", || {
        let output = home.command(&["check"], "");
        (output.status.code() == Some(1)).then_some(output)
    });
    server.stop();
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_check_finds_what_is_not_as_it_must_be() {
    let home = Home::new();
    let server = Server::start(&home);
    let client = server.client();
    let event = client.organizer(&home).publish(2);
    let (guest, _) = client.sign_up("guest@example.org");
    guest.ok(
        "POST",
        &format!("/v1/events/{event}/registrations"),
        &Value::Null,
    );
    guest.ticket(&event);
    server.stop();
    assert!(home.says(&["check"], "").starts_with("all is well"));

    let mut bucket = items(&home, "buckets", "SEATS").pop().unwrap();
    let free = bucket.insert("free".to_owned(), table::n(7)).unwrap();
    let found = check_after(&home, Put::of(bucket.clone()).into());
    assert!(
        found.contains(&format!("{event}: seats free, held and taken are 8, not 2")),
        "{found}"
    );
    bucket.insert("free".to_owned(), free);
    let registration = items(&home, "registrations", "REG#").pop().unwrap();
    let key = [PK, SK].map(|name| (name.to_owned(), registration[name].clone()));
    write_behind(&home, Put::of(bucket).into());
    let found = check_after(&home, Delete::of(key.into()).into());
    for fault in [
        "1 guests have no confirmed registration",
        "1 good tickets have no confirmed registration",
    ] {
        assert!(found.contains(fault), "{fault}\n{found}");
    }
    assert!(!found.contains("free, held"), "{found}");
}

#[test]
fn a_check_finds_a_waitlist_that_does_not_match_the_registrations() {
    let home = Home::new();
    let server = Server::start(&home);
    let client = server.client();
    let event = client.organizer(&home).publish(1);
    let (guest, _) = client.sign_up("guest@example.org");
    let (waiting, _) = client.sign_up("waiting@example.org");
    let path = |what: &str| format!("/v1/events/{event}/{what}");
    guest.ok("POST", &path("registrations"), &Value::Null);
    guest.ticket(&event);
    waiting.ok("POST", &path("waitlist"), &Value::Null);
    server.stop();
    assert!(home.says(&["check"], "").starts_with("all is well"));

    let key = |item: &Item| -> Item {
        let name = |name: &str| (name.to_owned(), item[name].clone());
        [PK, SK].map(name).into()
    };
    let place = items(&home, "places", "WAIT#").pop().unwrap();
    let found = check_after(&home, Delete::of(key(&place)).into());
    let fault = "1 waiting registrations have no place on the waitlist";
    assert!(found.contains(fault), "{found}");
    write_behind(&home, Put::of(place).into());
    let waits = |item: &Item| item["status"] == table::s("waitlisted");
    let registrations = items(&home, "registrations", "REG#");
    let waiting = registrations.into_iter().find(waits).unwrap();
    let found = check_after(&home, Delete::of(key(&waiting)).into());
    let fault = "1 places on the waitlist have no waiting registration";
    assert!(found.contains(fault), "{found}");
}

#[test]
fn a_rotated_secret_is_listed_at_once_and_what_was_signed_stays_good() {
    let home = Home::new();
    let server = Server::start(&home);
    let (ada, _) = server.client().sign_up("ada@example.org");
    let keys = || {
        let keys = server.client().get("/.well-known/jwks.json");
        keys["keys"].as_array().unwrap().len()
    };
    let first = keys();
    let shown = home.says(&["rotate-secret", "--dry-run"], "");
    assert!(shown.contains("would become"), "{shown}");
    home.says(&["rotate-secret", "--lead", "40s"], "");
    let again = home.command(&["rotate-secret"], "");
    let error = String::from_utf8(again.stderr).unwrap();
    assert!(error.contains("the last rotation is not over"), "{error}");
    eventually("the keys of the next secret", || {
        (keys() == 2 * first).then_some(())
    });
    ada.get("/v1/me");
    server.stop();
}

#[test]
fn a_folder_that_is_none_is_named() {
    let home = Home::new();
    for command in ["check", "status", "rotate-secret"] {
        let output = home.command(&[command], "");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("is no data folder"), "{command}: {error}");
        assert!(!home.data().exists());
    }
}

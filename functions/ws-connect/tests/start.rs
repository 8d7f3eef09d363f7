//! What the function does where it cannot start.

#[test]
fn without_its_environment_it_stops_and_names_every_missing_variable() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_ws-connect"))
        .env_clear()
        .output()
        .expect("the function can be run");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    for name in ["TABLE_NAME", "PUSH_QUEUE_URL", "CONNECTIONS_URL"] {
        assert!(said.contains(&format!("{name}: is not set")), "{said}");
    }
}

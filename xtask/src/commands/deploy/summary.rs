//! How a deployment ends: where it listens, and what to do next.

use anyhow::Result;

use crate::cloudformation::Outputs;
use crate::credentials::Account;
use crate::destination::Destination;

/// Prints it. `administrator` is the one of the local stack, `not_tried` what the smoke test left out.
pub(super) fn print(
    destination: &Destination,
    outputs: &Outputs,
    resources: usize,
    administrator: Option<&Account>,
    not_tried: &[String],
) -> Result<()> {
    let (http, web_socket) = destination.addresses(outputs)?;
    let (stack, stage) = (&destination.stack, &destination.stage);
    println!("\n{stack} is deployed, with {resources} resources, each of which is there.\n");
    println!("  stage       {stage}, on {}", destination.place());
    println!("  HTTP API    {http}");
    println!("  WebSocket   {web_socket}");
    for (title, output) in [("table", "TableName"), ("dashboard", "DashboardName")] {
        if let Some(value) = outputs.get(output) {
            println!("  {title:<11} {value}");
        }
    }
    if let Some(admin) = administrator {
        println!("  admin       {}  {}", admin.email, admin.password);
    }
    if let Some(folder) = destination.folder() {
        println!("  mail        {}", folder.mail().display());
    }
    for what in not_tried {
        println!("  not tried   {what}");
    }
    let options = destination.options();
    println!("\nNext:");
    println!("  curl {http}/openapi.json");
    println!("  cargo xtask smoke {options}     try it out again");
    println!(
        "  cargo xtask deploy {options} --plan     what a deployment of this checkout would change"
    );
    println!("  cargo xtask destroy {options}     delete it");
    Ok(())
}

//! The demo's repository: the shipped catalog on `main`, a pull request as an engineer makes it.
#![expect(
    clippy::disallowed_methods,
    reason = "writes the files of the demo and starts git"
)]

use std::path::Path;
use std::process::Command;

use crate::cli::Failure;
use crate::cli::shipped::shipped;

/// The request that the pull request must not have.
pub(super) const DEPLOYMENT: &str = "catalog/requests/deploy-cart.yaml";
const RESTART: &str = "catalog/requests/restart-cart.yaml";
const SERVICE: &str = "catalog/entities/orders/cart-service.yaml";
const ENVIRONMENT: &str = "catalog/entities/environments/env-lin-7.yaml";

/// Makes the repository at `folder`, whose connectors find their backends at `port` of loopback.
pub(super) fn make(folder: &Path, port: u16) -> Result<(), Failure> {
    for (path, text) in shipped() {
        let text = if *path == crate::model::settings::FILE {
            settings(text, port)
        } else {
            (*text).to_owned()
        };
        write(folder, path, &text)?;
    }
    git(folder, "ops", &["init", "-q", "-b", "main"])?;
    for (key, value) in [
        ("user.name", "ops"),
        ("user.email", "ops@acme.example"),
        ("commit.gpgsign", "false"),
    ] {
        git(folder, "ops", &["config", key, value])?;
    }
    // What the demo leaves behind is no part of the repository.
    write(folder, ".git/info/exclude", "plan.json\n")?;
    git(folder, "ops", &["add", "-A"])?;
    git(folder, "ops", &["commit", "-qm", "the catalog"])?;
    git(folder, "lin", &["switch", "-qc", "pr-412"])?;
    let service = shipped()
        .iter()
        .find(|(path, _)| *path == SERVICE)
        .map_or("", |(_, text)| text);
    let edited = service
        .replace("replicas: 3 ", "replicas: 5 ")
        .replace("owner: platform", "owner: checkout");
    write(folder, SERVICE, &edited)?;
    write(
        folder,
        RESTART,
        "action: restart_service\nentity: CartService\ninputs: {reason: \"memory leak, see incident 4711\"}\n",
    )?;
    write(
        folder,
        DEPLOYMENT,
        "action: deploy\nentity: CartService\ninputs: {environment: production}\n",
    )?;
    git(folder, "lin", &["rm", "-q", ENVIRONMENT])?;
    git(folder, "lin", &["add", "-A"])?;
    git(
        folder,
        "lin",
        &[
            "commit",
            "-qm",
            "Scale CartService, hand it over, restart and deploy it; drop env-lin-7",
        ],
    )?;
    git(folder, "ops", &["switch", "-q", "main"])
}

/// The shipped settings with each host sent to loopback.
fn settings(text: &str, port: u16) -> String {
    let mut inside = false;
    let line = |line: &str| {
        inside = match line {
            "hosts:" => true,
            other => inside && other.starts_with("  - "),
        };
        match line.strip_prefix("  - ").filter(|_| inside) {
            Some(host) => format!("  {host}: \"http://127.0.0.1:{port}\"\n"),
            None => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}

fn write(folder: &Path, path: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(path);
    let written = match path.parent() {
        Some(parent) => std::fs::create_dir_all(parent),
        None => Ok(()),
    };
    written
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", path.display())))
}

fn git(folder: &Path, author: &str, arguments: &[&str]) -> Result<(), Failure> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", author)
        .env("GIT_AUTHOR_EMAIL", format!("{author}@acme.example"))
        .output()
        .map_err(|error| {
            Failure::new(format!("git cannot be started: {error}")).help("install git")
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Failure::new(format!(
        "git {} failed: {}",
        arguments.join(" "),
        crate::text::visible(&said)
    )))
}

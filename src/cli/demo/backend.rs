//! The demo's backend: enough of the interfaces of GitHub Actions, a deployment service and an
//! on-call service to run the loop against. It fails on purpose, once.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value as Json, json};

/// How often the deployment service refuses to verify before it does.
const REFUSALS: u32 = 3;
/// The largest body that is read, in bytes.
const BODY: usize = 1 << 20;

/// A server on a thread of its own.
pub(super) struct Backend {
    port: u16,
    stopped: Arc<AtomicBool>,
}

impl Backend {
    /// Listens on a free port of loopback; what it receives is kept inside `folder`.
    pub(super) fn start(folder: &Path) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let stopped = Arc::new(AtomicBool::new(false));
        let world = World {
            runs: Vec::new(),
            refused: 0,
            kept: folder.join(".git").join("catalogc-backend.jsonl"),
        };
        let until = Arc::clone(&stopped);
        std::thread::spawn(move || serve(&listener, world, &until));
        Ok(Self { port, stopped })
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn stop(self) {
        self.stopped.store(true, Ordering::SeqCst);
    }
}

/// What the services remember.
struct World {
    /// The keys of the workflow runs; a run's id is its place.
    runs: Vec<(String, String)>,
    refused: u32,
    kept: PathBuf,
}

struct Request {
    method: String,
    path: String,
    body: Json,
}

fn serve(listener: &TcpListener, mut world: World, stopped: &AtomicBool) {
    for stream in listener.incoming() {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        if let Ok(stream) = stream {
            // A connection that breaks off is the other side's affair.
            let _ = answer(stream, &mut world);
        }
    }
}

fn answer(stream: TcpStream, world: &mut World) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let Some(request) = read(&mut reader)? else {
        return Ok(());
    };
    let (status, body) = world.answer(&request);
    world.keep(&request, status)?;
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    write!(
        reader.get_mut(),
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
}

fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut length = 0_usize;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim().split_once(':') {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().unwrap_or(0);
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length.min(BODY)];
    reader.read_exact(&mut body)?;
    Ok(Some(Request {
        method: method.to_owned(),
        path: path.to_owned(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    }))
}

impl World {
    fn answer(&mut self, request: &Request) -> (&'static str, Json) {
        let path = request.path.split('?').next().unwrap_or_default();
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match (request.method.as_str(), parts.as_slice()) {
            (
                "POST",
                [
                    "repos",
                    _,
                    _,
                    "actions",
                    "workflows",
                    workflow,
                    "dispatches",
                ],
            ) => {
                let key = request
                    .body
                    .pointer("/inputs/catalogc_key")
                    .and_then(Json::as_str)
                    .unwrap_or_default();
                self.runs.push(((*workflow).to_owned(), key.to_owned()));
                ("204 No Content", Json::Null)
            }
            (
                "GET",
                [
                    "repos",
                    owner,
                    name,
                    "actions",
                    "workflows",
                    workflow,
                    "runs",
                ],
            ) => {
                let runs = self
                    .runs
                    .iter()
                    .enumerate()
                    .filter(|(_, (of, _))| of == workflow);
                let runs = runs.map(|(id, (of, key))| run(owner, name, id, &format!("{of} {key}")));
                ("200 OK", json!({"workflow_runs": runs.collect::<Vec<_>>()}))
            }
            ("GET", ["repos", owner, name, "actions", "runs", id]) => match id.parse() {
                Ok(id) => ("200 OK", run(owner, name, id, "")),
                Err(_) => ("404 Not Found", Json::Null),
            },
            ("POST", ["verify"]) if self.refused < REFUSALS => {
                self.refused += 1;
                (
                    "503 Service Unavailable",
                    json!({"message": "the rollout is not finished"}),
                )
            }
            ("POST" | "PUT", _) => ("200 OK", json!({"ok": true})),
            _ => ("404 Not Found", Json::Null),
        }
    }

    /// Keeps a line of what was received; secrets are in headers, which are not kept.
    fn keep(&self, request: &Request, status: &str) -> std::io::Result<()> {
        let line = json!({"method": request.method, "path": request.path, "body": request.body, "status": status});
        let mut file = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.kept)?;
        writeln!(file, "{line}")
    }
}

fn run(owner: &str, name: &str, id: usize, title: &str) -> Json {
    json!({
        "id": id,
        "display_title": title,
        "status": "completed",
        "conclusion": "success",
        "html_url": format!("https://github.com/{owner}/{name}/actions/runs/{id}"),
    })
}

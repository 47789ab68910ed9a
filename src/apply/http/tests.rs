//! The engine against a backend on the loopback, and against addresses that it must not touch.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value as Json, json};

use super::{Http, Limits, retry_after};
use crate::apply::attempt::{Again, Answer, Attempt, RetryAfter};
use crate::apply::tests::backend::{Backend, Reply};

fn limits() -> Limits {
    Limits {
        connect: Duration::from_millis(500),
        total: Duration::from_millis(500),
        body: 1024 * 1024,
    }
}

fn send_to(base: Option<String>, request: &Json) -> Attempt {
    let hosts = BTreeMap::from([("deploy.example".to_owned(), base)]);
    let http = Http {
        hosts: &hosts,
        limits: limits(),
    };
    http.send(request)
}

fn reply_of(reply: &Reply) -> Attempt {
    let reply = reply.clone();
    let backend = Backend::start(move |_| reply.clone());
    send_to(
        Some(backend.base()),
        &json!({"url": "https://deploy.example/x", "body": {"a": 1}}),
    )
}

fn answer_of(reply: &Reply) -> Answer {
    match reply_of(reply) {
        Attempt::Answer(answer) => answer,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn a_request_arrives_as_it_is_written() {
    let backend = Backend::start(|_| Reply::Json(201, json!({"id": 7})));
    let request = json!({
        "method": "PUT",
        "url": "https://deploy.example/a%2Fb?q=1",
        "headers": {"Idempotency-Key": "k1", "X-None": null},
        "body": {"reason": "\"}{ \u{fc}"},
    });
    let attempt = send_to(Some(backend.base()), &request);
    let Attempt::Answer(answer) = attempt else {
        unreachable!("{attempt:?}");
    };
    assert_eq!(answer.fields["status"], 201);
    assert_eq!(answer.fields["body"], json!({"id": 7}));
    assert_eq!(answer.fields["headers"]["content-length"], "8");
    let received = backend.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].method, "PUT");
    assert_eq!(received[0].path, "/a%2Fb?q=1");
    assert_eq!(received[0].header("host"), Some("deploy.example"));
    assert_eq!(received[0].key(), "k1");
    assert_eq!(received[0].header("x-none"), None);
    assert_eq!(received[0].header("content-type"), Some("application/json"));
    assert_eq!(received[0].body, "{\"reason\":\"\\\"}{ \u{fc}\"}");
}

#[test]
fn bodies_are_json_or_text_or_nothing() {
    let body = |status, body: &str| {
        let reply = Reply::Headers(status, Vec::new(), body.to_owned());
        answer_of(&reply).fields["body"].clone()
    };
    assert_eq!(body(200, "[1]"), json!([1]));
    assert_eq!(body(200, "{broken"), json!("{broken"));
    assert_eq!(body(204, ""), json!(null));
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = vec![("Location", "https://deploy.example/other".to_owned())];
    for status in [301, 302, 303, 307, 308] {
        let backend = {
            let elsewhere = elsewhere.clone();
            Backend::start(move |_| Reply::Headers(status, elsewhere.clone(), String::new()))
        };
        let attempt = send_to(
            Some(backend.base()),
            &json!({"method": "GET", "url": "https://deploy.example/x"}),
        );
        let Attempt::Answer(answer) = attempt else {
            unreachable!("{attempt:?}");
        };
        assert!(!answer.is_success);
        assert!(answer.words.ends_with("redirects are not followed"));
        assert_eq!(backend.received().len(), 1);
    }
}

#[test]
fn private_addresses_are_refused_before_anything_is_sent() {
    let backend = Backend::start(|_| Reply::Json(200, json!({})));
    for host in [
        format!("127.0.0.1:{}", backend.port),
        format!("localhost:{}", backend.port),
        format!("[::1]:{}", backend.port),
        format!("[::ffff:127.0.0.1]:{}", backend.port),
        format!("0.0.0.0:{}", backend.port),
        "169.254.169.254".to_owned(),
        "10.0.0.1".to_owned(),
        "[fd00:ec2::254]".to_owned(),
    ] {
        let hosts = BTreeMap::from([(host.clone(), None)]);
        let http = Http {
            hosts: &hosts,
            limits: limits(),
        };
        let attempt = http.send(&json!({"url": format!("https://{host}/")}));
        let Attempt::Refused(why) = attempt else {
            unreachable!("{host}: {attempt:?}");
        };
        assert!(why.ends_with("which is not a public address"), "{why}");
    }
    assert!(backend.received().is_empty());
}

#[test]
fn a_host_that_is_not_listed_gets_nothing() {
    let attempt = send_to(None, &json!({"url": "https://evil.example/"}));
    let why = "`evil.example` is not one of the `hosts` in the settings";
    assert_eq!(attempt, Attempt::Refused(why.to_owned()));
}

#[test]
fn without_a_connection_nothing_was_sent() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let attempt = send_to(
        Some(format!("http://{closed}")),
        &json!({"url": "https://deploy.example/"}),
    );
    assert!(matches!(attempt, Attempt::NotSent(_)), "{attempt:?}");
    let attempt = send_to(
        Some("http://name.invalid".to_owned()),
        &json!({"url": "https://deploy.example/"}),
    );
    assert!(matches!(attempt, Attempt::NotSent(_)), "{attempt:?}");
}

#[test]
fn a_handshake_that_fails_sends_nothing() {
    // Speaks no TLS: whoever connects gets plain words, or none.
    for reply in [
        Reply::Raw(b"HTTP/1.1 400 x\r\n\r\n".to_vec()),
        Reply::Hangup,
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = std::thread::spawn(move || {
            use std::io::{Read as _, Write as _};
            let (mut stream, _) = listener.accept().unwrap();
            let mut heard = vec![0; 4096];
            let length = stream.read(&mut heard).unwrap();
            if let Reply::Raw(bytes) = reply {
                stream.write_all(&bytes).unwrap();
            }
            heard.truncate(length);
            heard
        });
        let attempt = send_to(
            Some(format!("https://127.0.0.1:{port}")),
            &json!({"url": "https://deploy.example/secret-path"}),
        );
        assert!(matches!(attempt, Attempt::NotSent(_)), "{attempt:?}");
        let heard = String::from_utf8_lossy(&server.join().unwrap()).into_owned();
        assert!(!heard.contains("secret-path"));
    }
}

#[test]
fn once_the_request_began_it_may_have_been_sent() {
    for reply in [
        Reply::Hangup,
        Reply::Silence,
        Reply::Raw(b"SSH-2.0-OpenSSH\r\n".to_vec()),
        Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec()),
        Reply::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".repeat(20)),
    ] {
        let attempt = reply_of(&reply);
        assert!(matches!(attempt, Attempt::MaybeSent(_)), "{attempt:?}");
    }
}

#[test]
fn a_body_of_two_mebibytes_is_refused_however_it_comes() {
    let large = "x".repeat(2 * 1024 * 1024);
    let spoiled = Attempt::Spoiled("the answer is larger than 1048576 bytes".to_owned());
    let announced = Reply::Headers(200, Vec::new(), large.clone());
    assert_eq!(reply_of(&announced), spoiled);
    let unannounced = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{large}");
    assert_eq!(reply_of(&Reply::Raw(unannounced.into_bytes())), spoiled);
    let whole = "x".repeat(1024 * 1024);
    let just = Reply::Headers(200, Vec::new(), whole.clone());
    assert_eq!(answer_of(&just).fields["body"], json!(whole));
}

#[test]
fn headers_without_end_are_refused() {
    let many = format!("HTTP/1.1 200 OK\r\nX: {}\r\n\r\n", "y".repeat(40_000));
    let attempt = reply_of(&Reply::Raw(many.into_bytes()));
    assert!(matches!(attempt, Attempt::Spoiled(_)), "{attempt:?}");
}

#[test]
fn answers_say_whether_and_when_to_come_again() {
    let again = |status, headers| answer_of(&Reply::Headers(status, headers, String::new())).again;
    for status in [200, 302, 400, 401, 403, 404, 409, 422, 501] {
        assert_eq!(again(status, Vec::new()), Again::Never, "{status}");
    }
    for (status, rejected) in [
        (408, false),
        (425, true),
        (429, true),
        (500, false),
        (502, false),
        (503, false),
        (504, false),
    ] {
        let after = None;
        assert_eq!(again(status, Vec::new()), Again::May { after, rejected });
    }
    let after = Some(RetryAfter::Seconds(120));
    let headers = vec![("Retry-After", "120".to_owned())];
    assert_eq!(
        again(429, headers),
        Again::May {
            after,
            rejected: true
        }
    );
    assert_eq!(
        retry_after("Wed, 21 Oct 2015 07:28:00 GMT"),
        Some(RetryAfter::At(1_445_412_480))
    );
    assert_eq!(retry_after("soon"), None);
    assert_eq!(retry_after("-5"), None);
}

#[test]
fn the_proxy_of_the_environment_is_not_asked() {
    // Set for this process alone would race with other tests: the configuration says it.
    let hosts = BTreeMap::new();
    let http = Http {
        hosts: &hosts,
        limits: limits(),
    };
    let agent = http.agent(false, &super::Connected::default());
    assert!(agent.config().proxy().is_none());
    assert_eq!(agent.config().max_redirects(), 0);
}

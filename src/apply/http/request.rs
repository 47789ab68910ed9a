//! What a request is made of, and where it may go.
//!
//! In: the resolved mapping `{method, url, headers, body}` of a call, and the hosts that the
//! plan allows. Out: a request whose every part was looked at, or one line that says what is
//! wrong with it. Nothing of a value can become a second header, another host or another request.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value as Json;
use ureq::http::HeaderMap;
use ureq::http::HeaderName;
use ureq::http::HeaderValue;
use ureq::http::Method;
use ureq::http::Uri;
use ureq::http::header::CONTENT_TYPE;
use ureq::http::header::HOST;

/// The most bytes of a request's body.
const BODY_MAX: usize = 1024 * 1024;
/// The most bytes of a request's headers.
const HEADERS_MAX: usize = 32 * 1024;

/// Headers by which a message's borders, its connection or its host would change.
const NOT_OURS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A request that may be sent.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Vec<u8>>,
    /// Whether the settings sent the host elsewhere, so that any address will do.
    pub(super) is_mapped: bool,
}

impl Request {
    /// The request that `value` is, to one of `hosts`.
    pub(super) fn read(
        value: &Json,
        hosts: &BTreeMap<String, Option<String>>,
    ) -> Result<Self, String> {
        let fields = value.as_object().ok_or("the request is not a mapping")?;
        let known = ["method", "url", "headers", "body"];
        if let Some(key) = fields.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("a request has no `{key}`"));
        }
        let method = method(fields)?;
        let mut headers = headers(fields.get("headers"))?;
        let body = body(fields.get("body"), &mut headers)?;
        let (uri, host) = target(url(fields)?, hosts)?;
        let is_mapped = host.is_some();
        if let Some(host) = host {
            headers.insert(HOST, host);
        }
        Ok(Self {
            method,
            uri,
            headers,
            body,
            is_mapped,
        })
    }
}

fn method(fields: &Map<String, Json>) -> Result<Method, String> {
    match fields.get("method") {
        Some(Json::String(method)) => match method.as_str() {
            "GET" => Ok(Method::GET),
            "HEAD" => Ok(Method::HEAD),
            "POST" => Ok(Method::POST),
            "PUT" => Ok(Method::PUT),
            "PATCH" => Ok(Method::PATCH),
            "DELETE" => Ok(Method::DELETE),
            other => Err(format!("the method `{other}` is not sent")),
        },
        None | Some(Json::Null) => Ok(Method::POST),
        Some(_) => Err("`method` is not a text".to_owned()),
    }
}

fn url(fields: &Map<String, Json>) -> Result<&str, String> {
    match fields.get("url") {
        Some(Json::String(url)) => Ok(url),
        _ => Err("`url` is not a text".to_owned()),
    }
}

fn headers(value: Option<&Json>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    let fields = match value {
        None | Some(Json::Null) => return Ok(headers),
        Some(Json::Object(fields)) => fields,
        Some(_) => return Err("`headers` is not a mapping".to_owned()),
    };
    let mut size = 0;
    for (name, value) in fields {
        let text = match value {
            Json::Null => continue,
            Json::String(text) => text.clone(),
            Json::Number(_) | Json::Bool(_) => value.to_string(),
            _ => return Err(format!("the header `{name}` is not a text")),
        };
        size += name.len() + text.len();
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("`{name}` cannot be the name of a header"))?;
        if NOT_OURS.contains(&header.as_str()) {
            return Err(format!("the header `{name}` cannot be set"));
        }
        // What is refused here are line ends and other controls: they would end the header.
        let value = HeaderValue::from_bytes(text.as_bytes())
            .map_err(|_| format!("the header `{name}` has a control character in it"))?;
        if headers.insert(header, value).is_some() {
            return Err(format!("the header `{name}` is there twice"));
        }
    }
    if size > HEADERS_MAX {
        return Err(format!("the headers are larger than {HEADERS_MAX} bytes"));
    }
    Ok(headers)
}

/// The bytes to send: JSON, or a text as it is where a header says what it is.
fn body(value: Option<&Json>, headers: &mut HeaderMap) -> Result<Option<Vec<u8>>, String> {
    let bytes = match value {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::String(text)) if headers.contains_key(CONTENT_TYPE) => text.clone().into_bytes(),
        Some(value) => {
            headers
                .entry(CONTENT_TYPE)
                .or_insert(HeaderValue::from_static("application/json"));
            value.to_string().into_bytes()
        }
    };
    if bytes.len() > BODY_MAX {
        return Err(format!("the body is larger than {BODY_MAX} bytes"));
    }
    Ok(Some(bytes))
}

/// Where `url` is sent, and the `Host` to name where the settings put another address in its
/// place.
fn target(
    url: &str,
    hosts: &BTreeMap<String, Option<String>>,
) -> Result<(Uri, Option<HeaderValue>), String> {
    let (uri, host, port) = parts(url)?;
    let key = hosts.iter().find(|(key, _)| is_key(key, &host, port));
    let Some((_, base)) = key else {
        let named = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        return Err(format!(
            "`{named}` is not one of the `hosts` in the settings"
        ));
    };
    let Some(base) = base else {
        if uri.scheme_str() != Some("https") {
            return Err(format!("`{}` is not https", shown(url)));
        }
        return Ok((uri, None));
    };
    let (there, ..) = parts(base)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let mapped = format!("{}{path}", there.to_string().trim_end_matches('/'));
    let mapped = mapped
        .parse()
        .map_err(|_| format!("`{}` cannot be put in the place of `{host}`", shown(base)))?;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let host = HeaderValue::from_str(authority).map_err(|error| error.to_string())?;
    Ok((mapped, Some(host)))
}

/// A URL with its host in lower case and its port, where that is not the scheme's own.
fn parts(url: &str) -> Result<(Uri, String, Option<u16>), String> {
    let refused = |why: &str| format!("`{}` {why}", shown(url));
    let uri: Uri = url.parse().map_err(|_| refused("is not a URL"))?;
    let default = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        _ => return Err(refused("is not https")),
    };
    let authority = uri.authority().ok_or_else(|| refused("has no host"))?;
    if authority.as_str().contains('@') {
        return Err("a URL with a user or a password in it is not sent".to_owned());
    }
    let host = authority.host().to_ascii_lowercase();
    let port = authority.port_u16();
    // What is left when the host and a port that is a number are taken away must be nothing.
    let whole = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    if host.is_empty() || !authority.as_str().eq_ignore_ascii_case(&whole) {
        return Err(refused("has no plain host and port"));
    }
    Ok((uri, host, port.filter(|port| *port != default)))
}

fn is_key(key: &str, host: &str, port: Option<u16>) -> bool {
    let key = key.to_ascii_lowercase();
    match port {
        None => key == host,
        Some(port) => key == format!("{host}:{port}"),
    }
}

/// What of a URL may be shown: its scheme and host. A path may be the secret itself.
fn shown(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(host..).unwrap_or_default();
    let length = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    match url.get(..host + length) {
        Some(shown) if !shown.contains('@') => shown,
        _ => "the URL",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::Request;

    fn hosts() -> BTreeMap<String, Option<String>> {
        BTreeMap::from([
            ("Api.Example".to_owned(), None),
            ("api.example:8443".to_owned(), None),
            (
                "deploy.example".to_owned(),
                Some("http://127.0.0.1:81/base/".to_owned()),
            ),
        ])
    }

    fn to(url: &str) -> Result<String, String> {
        Request::read(&json!({"url": url}), &hosts()).map(|request| request.uri.to_string())
    }

    #[test]
    fn a_host_that_is_not_listed_is_refused() {
        for url in [
            "https://evil.example/",
            "https://api.example.evil/",
            "https://api.example./",
            "https://api.example:444/",
            "https://api.example:08443/",
            "https://api.example:/",
            "https://api.example\\@evil.example/",
            "https://evil.example#@api.example/",
            "https://api.example@evil.example/",
            "https://user:pw@api.example/",
            "https://@api.example/",
            "https://\u{430}pi.example/",
            "https://api%2eexample/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https:///x",
            "//api.example/",
            "api.example",
            "http://api.example/",
            "file:///etc/passwd",
            "gopher://api.example/",
            "",
        ] {
            assert!(to(url).is_err(), "{url}: {:?}", to(url));
        }
    }

    #[test]
    fn a_listed_host_is_found_in_any_case_and_with_its_port() {
        for url in [
            "https://api.example/x?q=1",
            "https://API.example/x?q=1",
            "https://api.example:443/x?q=1",
            "https://api.example:8443/x?q=1",
        ] {
            assert!(to(url).is_ok(), "{url}: {:?}", to(url));
        }
    }

    #[test]
    fn a_mapped_host_is_sent_to_its_address_and_keeps_its_name() {
        let request = json!({"url": "https://deploy.example/verify?a=b"});
        let request = Request::read(&request, &hosts()).unwrap();
        assert_eq!(
            request.uri.to_string(),
            "http://127.0.0.1:81/base/verify?a=b"
        );
        assert_eq!(request.headers["host"], "deploy.example");
        assert!(request.is_mapped);
    }

    #[test]
    fn messages_show_no_password() {
        for url in ["https://user:pw@api.example/", "https://a.b/x?token=pw"] {
            let why = to(url).unwrap_err();
            assert!(!why.contains("pw"), "{why}");
        }
    }

    #[test]
    fn a_header_cannot_become_two_or_change_the_message() {
        let with = |name: &str, value: serde_json::Value| {
            let request = json!({"url": "https://api.example/", "headers": {name: value}});
            Request::read(&request, &hosts()).map(|request| request.headers)
        };
        for value in ["a\r\nX: y", "a\nb", "a\0b", "\r"] {
            let why = with("x-reason", json!(value)).unwrap_err();
            assert_eq!(why, "the header `x-reason` has a control character in it");
        }
        for name in [
            "Host",
            "Content-Length",
            "transfer-encoding",
            "a b",
            "a:b",
            "",
        ] {
            assert!(with(name, json!("x")).is_err(), "{name}");
        }
        assert!(with("x-none", json!(null)).unwrap().is_empty());
        assert_eq!(with("x-n", json!(5)).unwrap()["x-n"], "5");
        assert!(with("x-list", json!([1])).is_err());
    }

    #[test]
    fn a_text_is_sent_as_it_is_only_where_a_header_says_what_it_is() {
        let sent = |request: serde_json::Value| {
            let request = Request::read(&request, &hosts()).unwrap();
            let content = request.headers.get("content-type");
            let content = content.map(|value| value.to_str().unwrap().to_owned());
            let body = request.body.map(|body| String::from_utf8(body).unwrap());
            (content, body)
        };
        let url = "https://api.example/";
        let json_type = || Some("application/json".to_owned());
        let body = json!({"a": "\"}{\r\n"});
        assert_eq!(
            sent(json!({"url": url, "body": body})),
            (json_type(), Some(r#"{"a":"\"}{\r\n"}"#.to_owned()))
        );
        assert_eq!(
            sent(json!({"url": url, "body": "x"})),
            (json_type(), Some("\"x\"".to_owned()))
        );
        let plain = json!({"url": url, "headers": {"Content-Type": "text/plain"}, "body": "x"});
        assert_eq!(
            sent(plain),
            (Some("text/plain".to_owned()), Some("x".to_owned()))
        );
        assert_eq!(sent(json!({"url": url, "body": null})), (None, None));
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for request in [
            json!("GET"),
            json!({"url": 1}),
            json!({"url": "https://api.example/", "method": "CONNECT"}),
            json!({"url": "https://api.example/", "method": "get\r\n"}),
            json!({"url": "https://api.example/", "verify": false}),
            json!({"url": "https://api.example/", "body": "x".repeat(1_100_000)}),
        ] {
            assert!(Request::read(&request, &hosts()).is_err());
        }
    }
}

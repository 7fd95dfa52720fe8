//! A server on loopback that answers every connection the same way.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server, and what it has been asked.
pub struct Server {
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts a server that answers a request, given its path, in this way.
    pub fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (requests, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (requests, answer) = (Arc::clone(&requests), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
                    let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                    let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("/").to_string();
                    requests.lock().unwrap().push(head.join("\n"));
                    answer(&path, &mut stream);
                });
            }
        });
        Server { address, asked }
    }

    /// A server that answers every request with these headers, one a line, and this body.
    pub fn of(headers: &'static str, body: impl Into<Vec<u8>>) -> Server {
        let body = body.into();
        Server::start(move |_, stream| reply(stream, "200 OK", headers, &body))
    }

    /// The requests so far, each a line of the request and its headers.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Answers; whoever asked may have gone.
pub fn reply(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    for header in headers.lines() {
        head += &format!("{header}\r\n");
    }
    if !headers.contains("Content-Length") {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    let _ = stream.write_all(format!("{head}\r\n").as_bytes());
    let _ = stream.write_all(body);
}

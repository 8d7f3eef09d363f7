//! Tests of the Markdown that organizers may use, and of hostile texts.

use super::*;

/// The tags that a rendered text may contain.
const ALLOWED: [&str; 17] = [
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
    "a",
];

/// Checks that the HTML has only allowed tags, and that only links have attributes, which are those of [`opening`].
#[track_caller]
fn assert_harmless(html: &str) {
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap();
        let name = tag.trim_start_matches('/').trim_end_matches([' ', '/']);
        let (name, attributes) = name.split_once(' ').unwrap_or((name, ""));
        assert!(ALLOWED.contains(&name), "{name} in {html}");
        if name == "ol" && attributes.starts_with("start=\"") {
            continue;
        }
        if attributes.is_empty() {
            continue;
        }
        let target = attributes.strip_prefix("href=\"").unwrap();
        let (target, rest) = target.split_once('"').unwrap();
        assert_eq!(rest, " rel=\"nofollow noopener ugc\"", "{html}");
        let schemes = ["http://", "https://", "mailto:"];
        let is_known = schemes.iter().any(|scheme| target.starts_with(scheme));
        assert!(is_known, "{target} in {html}");
    }
}

#[test]
fn attacks_become_text() {
    for attack in [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example></SCRIPT>",
        "a <img src=x onerror=alert(1)> b",
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
        "<iframe src=\"https://evil.example\"></iframe>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "<!-- comment --> <![CDATA[x]]> <?php x ?> <!DOCTYPE html>",
        "</main></body><script>alert(1)</script>",
        "![x](https://evil.example/pixel.png)",
        "![x](javascript:alert(1) \"onerror=alert(1)\")",
        "![<script>](https://evil.example)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](java&#10;script:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x]( javascript:alert(1))",
        "[x](\u{1}javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:msgbox(1))",
        "[x](file:///etc/passwd)",
        "[x](//evil.example)",
        "[x](/v1/auth/logout)",
        "[x](?lang=de)",
        "[x](https://bank.example@evil.example/)",
        "[x](https://evil.example/\" onmouseover=\"alert(1))",
        "[x](https://evil.example/'><script>alert(1)</script>)",
        "[x](https://evil.example \"title\\\" onclick=alert(1)\")",
        "[x][ref]\n\n[ref]: javascript:alert(1)",
        "[x][ref]\n\n[ref]: https://evil.example/?\"><script>alert(1)</script>",
        "<javascript:alert(1)>",
        "<data:text/html;base64,PHNjcmlwdD4=>",
        "<https://evil.example/\"onclick=alert(1)>",
        "<a@b.example?cc=\"onclick=alert(1)>",
        "```\"onclick=alert(1) <x>\n</code></pre><script>alert(1)</script>\n```",
        "`</code><script>alert(1)</script>`",
        "# <script>alert(1)</script> {#id .class onclick=alert(1)}",
        "a & b < c > d \" e ' f &lt;script&gt;",
        "| a | b |\n|:--|--:|\n| <b>x</b> | y |",
        "[^1]\n\n[^1]: <script>",
        "- [ ] <input autofocus onfocus=alert(1)>",
        "<p style=\"position:fixed\">x</p>",
        "<form action=/v1/auth/logout method=post><button>x</button></form>",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "<base href=\"https://evil.example\">",
        "\u{0}<script>\u{0}alert(1)</script>",
    ] {
        let html = rendered(attack).to_string();
        assert_harmless(&html);
    }
}

#[test]
fn deep_nesting_stays_shallow_and_small() {
    for deep in ["> ".repeat(2_000), "- ".repeat(2_000), "1. ".repeat(1_500)] {
        let html = rendered(&format!("{deep}x")).to_string();
        assert_harmless(&html);
        assert!(html.len() < 10_000, "{}", html.len());
        let opened = html.matches("<blockquote>").count() + html.matches("<li>").count();
        assert!(opened <= MAX_DEPTH, "{opened}");
        assert_eq!(html.matches("<li>").count(), html.matches("</li>").count());
    }
    for many in ["[".repeat(5_000), "*a ".repeat(1_600), "`".repeat(5_000)] {
        assert_harmless(&rendered(&many).to_string());
    }
}

#[test]
fn what_organizers_write_is_shown() {
    for (typed, html) in [
        ("one\ntwo\n\nthree", "<p>one<br />\ntwo</p>\n<p>three</p>\n"),
        ("# Doors\ntext", "<h3>Doors</h3>\n<p>text</p>\n"),
        (
            "a *b* **c** `d`",
            "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>\n",
        ),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("2 < 3 & 4", "<p>2 &lt; 3 &amp; 4</p>\n"),
        (
            "[site](https://example.org/a?b=1&c=2)",
            "<p><a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"nofollow noopener ugc\">site</a></p>\n",
        ),
        (
            "<ada@example.org>",
            "<p><a href=\"mailto:ada@example.org\" rel=\"nofollow noopener ugc\">ada@example.org</a></p>\n",
        ),
        ("[site](/events)", "<p>site</p>\n"),
        (
            "![The hall](https://example.org/a.png)",
            "<p>The hall</p>\n",
        ),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
    ] {
        assert_eq!(rendered(typed).to_string(), html, "{typed}");
    }
}

#[test]
fn a_summary_is_one_line_of_words() {
    let text =
        "# Doors\n\nAn *evening* with\nMr [Babbage](https://example.org).\n\n- one\n- <b>two</b>";
    assert_eq!(
        summary(text, 200),
        "Doors An evening with Mr Babbage. one two"
    );
    assert_eq!(summary(text, 20), "Doors An evening…");
    assert_eq!(summary("ééééé", 3), "ééé…");
    assert_eq!(summary("", 3), "");
}

//! Sets properties of the template that the local emulator silently ignores, and reads them back.
//!
//! AWS and `LocalStack` take these properties from template.yaml.
//! If the emulator ignores a new property, the property needs an entry in [`SETTINGS`].

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::Aws;
use crate::cloudformation::Outputs;
use crate::problem::problem;

/// A property of a resource, and the `aws` commands that set it and read it back.
struct Setting {
    /// Name of the property, for messages.
    what: &'static str,
    /// Name of the template's output whose value is the resource's name.
    output: &'static str,
    /// Arguments of `aws` that set the property. The resource's name is appended.
    set: &'static [&'static str],
    /// Arguments of `aws` that read the property. The resource's name is appended.
    get: &'static [&'static str],
    /// Pairs: a JSON pointer into the answer to the command `get`, and the value that must be at this pointer.
    expected: &'static [(&'static str, &'static str)],
}

const SETTINGS: [Setting; 3] = [
    Setting {
        what: "time to live on the attribute expiresAt",
        output: "TableName",
        set: &[
            "dynamodb",
            "update-time-to-live",
            "--time-to-live-specification",
            "Enabled=true,AttributeName=expiresAt",
            "--table-name",
        ],
        get: &["dynamodb", "describe-time-to-live", "--table-name"],
        expected: &[
            ("/TimeToLiveDescription/TimeToLiveStatus", "ENABLED"),
            ("/TimeToLiveDescription/AttributeName", "expiresAt"),
        ],
    },
    Setting {
        what: "point-in-time recovery",
        output: "TableName",
        set: &[
            "dynamodb",
            "update-continuous-backups",
            "--point-in-time-recovery-specification",
            "PointInTimeRecoveryEnabled=true",
            "--table-name",
        ],
        get: &["dynamodb", "describe-continuous-backups", "--table-name"],
        expected: &[(
            "/ContinuousBackupsDescription/PointInTimeRecoveryDescription/PointInTimeRecoveryStatus",
            "ENABLED",
        )],
    },
    Setting {
        what: "that pages of every origin may call",
        output: "HttpApiId",
        // If the template's parameter is `AllowedOrigins=*`, as on a local stack, AWS gets the same values from the template.
        set: &[
            "apigatewayv2",
            "update-api",
            "--cors-configuration",
            r#"{"AllowOrigins": ["*"], "AllowMethods": ["GET", "POST", "PUT", "PATCH", "DELETE"],
                "AllowHeaders": ["authorization", "content-type", "if-match", "if-none-match"],
                "ExposeHeaders": ["etag", "link", "location", "retry-after", "x-request-id"], "MaxAge": 600}"#,
            "--api-id",
        ],
        get: &["apigatewayv2", "get-api", "--api-id"],
        expected: &[
            ("/CorsConfiguration/AllowOrigins/0", "*"),
            ("/CorsConfiguration/AllowHeaders/3", "if-none-match"),
        ],
    },
];

/// Sets every property in [`SETTINGS`], then checks that the emulator has the expected values. A property may be set twice.
pub(crate) fn complete(aws: &Aws, outputs: &Outputs) -> Result<()> {
    for setting in &SETTINGS {
        let name = outputs
            .get(setting.output)
            .with_context(|| format!("template.yaml has no output {}", setting.output))?;
        aws.run(&[setting.set, &[name.as_str()]].concat())?;
        let answer = aws.json(&[setting.get, &[name.as_str()]].concat())?;
        if !setting.holds(&answer) {
            return Err(problem(
                format!(
                    "{} was set on {name}, but the emulator says {answer}",
                    setting.what
                ),
                "see xtask/src/after_deploy.rs and the emulator's log",
            ));
        }
    }
    Ok(())
}

impl Setting {
    fn holds(&self, answer: &Value) -> bool {
        self.expected
            .iter()
            .all(|(pointer, value)| answer.pointer(pointer).and_then(Value::as_str) == Some(value))
    }
}

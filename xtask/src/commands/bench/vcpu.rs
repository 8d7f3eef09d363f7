//! Converts CPU time to wall time on Lambda.

/// The memory size, in MiB, with which a function gets a whole vCPU. With less memory, it gets a share of a vCPU in proportion
/// ("Configure Lambda function memory", AWS Lambda Developer Guide).
const MIB_OF_A_VCPU: f64 = 1_769.0;

/// Returns the wall time that `cpu_ms` of CPU time takes with `mib` MiB of memory. Both times are in milliseconds. A function
/// of this project uses one core at a time.
pub(crate) fn cpu_wall_ms(cpu_ms: f64, mib: f64) -> f64 {
    if mib > 0.0 {
        cpu_ms * (MIB_OF_A_VCPU / mib).max(1.0)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn cpu_time_takes_longer_with_less_memory() {
        assert!(close(cpu_wall_ms(10.0, 1_769.0), 10.0));
        assert!(close(cpu_wall_ms(10.0, 884.5), 20.0));
        assert!(close(cpu_wall_ms(10.0, 3_538.0), 10.0));
    }
}

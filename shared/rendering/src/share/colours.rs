//! The colours of the picture. They are the light colours of the pages (`web/styles/tokens.css`).

/// A colour as red, green and blue.
pub(super) type Rgb = [u8; 3];

pub(super) const GROUND: Rgb = [0xf7, 0xf6, 0xf2];
const INK: Rgb = [0x1b, 0x23, 0x27];
const INK_MUTED: Rgb = [0x56, 0x60, 0x67];
const ACCENT: Rgb = [0x0b, 0x5f, 0x66];
const ON_ACCENT: Rgb = [0xff, 0xff, 0xff];
const STOP_SOFT: Rgb = [0xfb, 0xe5, 0xe2];
const STOP_INK: Rgb = [0xa0, 0x24, 0x1d];

/// The number of steps from the colour behind a shape to the colour of the shape, so that edges are smooth.
pub(super) const STEPS: u8 = 32;

/// A colour of shapes, and the colour behind these shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Ink,
    Muted,
    Accent,
    OnAccent,
    /// The accent colour on a shape of [`Self::OnAccent`].
    AccentAgain,
    Stop,
    OnStop,
}

impl Layer {
    const ALL: [Self; 7] = [
        Self::Ink,
        Self::Muted,
        Self::Accent,
        Self::OnAccent,
        Self::AccentAgain,
        Self::Stop,
        Self::OnStop,
    ];

    /// Returns the colour behind the shapes, and the colour of the shapes.
    fn colours(self) -> (Rgb, Rgb) {
        match self {
            Self::Ink => (GROUND, INK),
            Self::Muted => (GROUND, INK_MUTED),
            Self::Accent => (GROUND, ACCENT),
            Self::OnAccent => (ACCENT, ON_ACCENT),
            Self::AccentAgain => (ON_ACCENT, ACCENT),
            Self::Stop => (GROUND, STOP_SOFT),
            Self::OnStop => (STOP_SOFT, STOP_INK),
        }
    }

    /// Returns the place in the palette of a pixel that a shape covers partly (1 to 254) or wholly (255).
    pub(super) fn place(self, coverage: u8) -> u8 {
        let step = u16::from(coverage) * u16::from(STEPS - 1) / 255;
        // Both numbers are small: there are 7 layers of 32 steps.
        self as u8 * STEPS + u8::try_from(step).unwrap_or(STEPS - 1)
    }
}

/// Returns the palette of the picture, three bytes for each colour. The first colour is the ground.
pub(super) fn palette() -> Vec<u8> {
    let mixed = |layer: Layer| {
        let (behind, shape) = layer.colours();
        (0..STEPS).flat_map(move |step| {
            let step = u16::from(step);
            let last = u16::from(STEPS - 1);
            [0, 1, 2].map(|channel: usize| {
                let sum =
                    u16::from(behind[channel]) * (last - step) + u16::from(shape[channel]) * step;
                u8::try_from((sum + last / 2) / last).unwrap_or(u8::MAX)
            })
        })
    };
    Layer::ALL.into_iter().flat_map(mixed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a colour of the pages in their light form.
    fn token(name: &str) -> String {
        let sheet = include_str!("../../../../web/styles/tokens.css");
        let begin = format!("  --{name}: ");
        let line = sheet.lines().find(|line| line.starts_with(&begin));
        let value = line.unwrap().trim_start_matches(&begin);
        value.trim_end_matches(';').to_owned()
    }

    #[test]
    fn the_colours_are_those_of_the_pages() {
        for (name, [red, green, blue]) in [
            ("ground", GROUND),
            ("ink", INK),
            ("ink-muted", INK_MUTED),
            ("accent", ACCENT),
            ("on-accent", ON_ACCENT),
            ("stop-soft", STOP_SOFT),
            ("stop-ink", STOP_INK),
        ] {
            let colour = format!("#{red:02x}{green:02x}{blue:02x}");
            assert_eq!(token(name), colour, "{name}");
        }
    }

    #[test]
    fn a_palette_begins_with_the_ground_and_has_each_colour() {
        let palette = palette();
        assert_eq!(palette[..3], GROUND);
        for layer in Layer::ALL {
            let (behind, shape) = layer.colours();
            for (coverage, colour) in [(0, behind), (255, shape)] {
                let at = usize::from(layer.place(coverage)) * 3;
                assert_eq!(palette[at..at + 3], colour, "{layer:?}");
            }
        }
    }
}

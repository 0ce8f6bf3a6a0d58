//! How long a sound is, before anybody listens to it.

use crate::ports::media::MediaFile;

/// Opus in Ogg counts 48,000 samples a second, whatever it was recorded with
/// (<https://www.rfc-editor.org/rfc/rfc7845#section-4>).
const OPUS_RATE: u64 = 48_000;
/// How many bytes a second any other sound has: compressed as customers send it, 64 kbit/s. A guess, corrected by what
/// the transcriber says.
const USUAL_RATE: usize = 8_000;

/// How long it is, in seconds, rounded up and never 0. Of a voice note, which
/// WhatsApp sends as one stream of Ogg from its first sample on, to the second.
pub(super) fn seconds(file: &MediaFile) -> u32 {
    let by_size = || u64::try_from(file.bytes.len().div_ceil(USUAL_RATE)).unwrap_or(u64::MAX);
    let seconds = samples(&file.bytes).map_or_else(by_size, |samples| samples.div_ceil(OPUS_RATE));
    u32::try_from(seconds).unwrap_or(u32::MAX).max(1)
}

/// The sample at which the last page of an Ogg file with Opus in it ends
/// (<https://www.rfc-editor.org/rfc/rfc3533#section-6>: 6 bytes into a page, little-endian; -1 where nothing ends).
fn samples(bytes: &[u8]) -> Option<u64> {
    const PAGE: &[u8] = b"OggS";
    let is_opus = bytes.starts_with(PAGE) && bytes.get(28..36) == Some(b"OpusHead");
    let mut pages = bytes.windows(PAGE.len()).enumerate().rev().filter(|(_, window)| *window == PAGE);
    let ends = |(at, _): (usize, &[u8])| {
        let granule = bytes.get(at + 6..at + 14)?.try_into().ok().map(u64::from_le_bytes)?;
        (granule != u64::MAX).then_some(granule)
    };
    if is_opus { pages.find_map(ends) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(granule: u64, body: &[u8]) -> Vec<u8> {
        let mut page = b"OggS\0\0".to_vec();
        page.extend(granule.to_le_bytes());
        page.extend([0; 14]);
        page.extend(body);
        page
    }

    fn long(pages: &[Vec<u8>]) -> u32 {
        seconds(&MediaFile { bytes: pages.concat(), mime_type: "audio/ogg".to_owned() })
    }

    #[test]
    fn a_voice_note_says_itself_how_long_it_is() {
        let head = page(0, b"OpusHead");
        assert_eq!(long(&[head.clone(), page(48_000 * 61, &[7; 99])]), 61);
        assert_eq!(long(&[head.clone(), page(48_000 * 2 + 1, &[7; 99])]), 3, "rounded up");
        assert_eq!(long(&[head.clone(), page(48_000 * 5, &[7; 9]), page(u64::MAX, &[7; 9])]), 5, "nothing ends there");
        assert_eq!(long(&[head]), 1, "never nothing");
    }

    #[test]
    fn any_other_sound_is_as_long_as_its_bytes_usually_are() {
        assert_eq!(long(&[vec![0; 16_001]]), 3);
        assert_eq!(long(&[page(48_000 * 61, b"vorbis"), vec![0; 7_900]]), 1, "Vorbis counts otherwise");
        assert_eq!(long(&[]), 1);
        assert_eq!(long(&[b"OggS".to_vec()]), 1, "cut off");
    }
}

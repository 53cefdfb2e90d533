package io.waybill.spec;

import io.waybill.message.Release;
import io.waybill.message.Reply;
import io.waybill.message.StoredReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is kept of the replies of an operation, and for how long.
 *
 * @param release who ends that
 * @param keep for how long; where the sender has to release, how long it may take before it is
 *     overdue
 * @param givesRefusals whether a permanent refusal is a reply too, with which the lane goes on
 * @param headers which headers belong to a reply
 */
public record ReplyTerms(
    Release release, Duration keep, boolean givesRefusals, List<String> headers) {

  /** Where nothing else is said. */
  public static final Duration USUAL = Duration.ofDays(7);

  /** Of a step whose operation declares no reply: what it answered is kept with the step. */
  public static final ReplyTerms OF_STEPS = new ReplyTerms(Release.NONE, USUAL, false, List.of());

  /** Terms with a list of their own. */
  public ReplyTerms {
    headers = List.copyOf(headers);
  }

  /** A reply that came now, as these terms keep it. */
  public StoredReply stored(long seq, int run, Instant now, Reply reply) {
    return new StoredReply(seq, run, now, release, now.plus(keep), reply);
  }
}

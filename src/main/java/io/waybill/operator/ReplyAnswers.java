package io.waybill.operator;

import io.waybill.journal.Replies;
import io.waybill.message.MessageRow;
import io.waybill.message.Reply;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** Stored replies as answers of HTTP: the same to whoever waited for it and to each duplicate. */
final class ReplyAnswers {

  static final String REPLAYED = "Idempotent-Replayed";

  private final Ledger ledger;
  private final Clock clock;

  ReplyAnswers(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * What a duplicate of that message is answered; empty where no reply came yet, or none ever does.
   *
   * @throws ProblemException where it is no longer kept
   */
  Optional<ResponseEntity<Object>> replay(MessageRow row) {
    return stored(row.seq()).map(reply -> answer(row.seq(), reply, true));
  }

  /**
   * The reply to a message; empty where none came.
   *
   * @throws ProblemException where it is no longer kept
   */
  Optional<Reply> stored(long seq) {
    return ledger.reply(seq).map(this::kept);
  }

  private Reply kept(Replies.Found found) {
    Reply reply = found.reply();
    Replies.Stored stored = found.stored();
    if (reply != null && stored.kept(clock.instant())) {
      return reply;
    }
    throw new ProblemException(
        Problem.RELEASED,
        stored.releasedAt() == null
            ? "The reply to message %d was kept until %s. The work is done, and is not done again."
                .formatted(stored.seq(), stored.keepUntil())
            : "The reply to message %d was released at %s by '%s'. The work is done, and is not done again."
                .formatted(stored.seq(), stored.releasedAt(), stored.releasedBy()));
  }

  /** The reply with its own code, headers and bytes. */
  static ResponseEntity<Object> answer(long seq, Reply reply, boolean replayed) {
    HttpHeaders headers = headers(reply);
    if (!headers.containsKey(HttpHeaders.LOCATION)) {
      headers.setLocation(MessageJson.location(seq));
    }
    if (replayed) {
      headers.set(REPLAYED, "true");
    }
    return ResponseEntity.status(reply.code()).headers(headers).body(reply.body());
  }

  /** What the destination said about its answer. */
  static HttpHeaders headers(Reply reply) {
    HttpHeaders headers = new HttpHeaders();
    reply.headers().forEach(headers::set);
    headers.setContentType(mediaType(reply.contentType()));
    if (headers.containsKey(HttpHeaders.LOCATION)
        && !isUri(headers.getFirst(HttpHeaders.LOCATION))) {
      headers.remove(HttpHeaders.LOCATION);
    }
    return headers;
  }

  private static boolean isUri(@Nullable String text) {
    try {
      return text != null && new URI(text).toString().equals(text);
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static MediaType mediaType(@Nullable String given) {
    try {
      return given == null ? MediaType.APPLICATION_OCTET_STREAM : MediaType.parseMediaType(given);
    } catch (InvalidMediaTypeException e) {
      return MediaType.APPLICATION_OCTET_STREAM;
    }
  }
}

package io.waybill.spec.load;

import io.waybill.message.Release;
import io.waybill.spec.ReplyTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code reply} and {@code keep-headers} of an operation. */
final class ReplySection {

  private static final Map<String, Release> RELEASE =
      new TreeMap<>(
          Map.of(
              "none", Release.NONE,
              "encouraged", Release.ENCOURAGED,
              "required", Release.REQUIRED));

  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");

  /** They belong to one transfer, to the server, or to another site's session. */
  private static final Set<String> NEVER =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "idempotent-replayed",
          "keep-alive",
          "proxy-authenticate",
          "server",
          "set-cookie",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "www-authenticate");

  private final Values values;
  private final Problems problems;

  ReplySection(Values values, Problems problems) {
    this.values = values;
    this.problems = problems;
  }

  /** The terms; null where no reply is declared. */
  @Nullable ReplyTerms terms(Fields operation) {
    Node headersNode = operation.take("keep-headers");
    List<String> headers = headers(headersNode, operation.owner());
    Node node = operation.take("reply");
    String owner = "reply of " + operation.owner();
    Node.Table table = values.table(node, owner);
    if (table == null) {
      if (headersNode != null && node == null) {
        problems.error(
            headersNode.at(),
            "keep-headers of %s says which headers belong to its reply; write reply: { release:"
                + " none } too, or remove it",
            operation.owner());
      }
      return null;
    }
    Fields fields = new Fields(table, owner, problems);
    Release release = release(fields);
    Duration keep = values.positive(fields.take("keep"), "keep of " + owner, ReplyTerms.USUAL);
    boolean gives = gives(fields);
    fields.done();
    return new ReplyTerms(release, keep, gives, headers);
  }

  private Release release(Fields fields) {
    Node node = fields.take("release");
    if (node == null) {
      if (!fields.has("release")) {
        problems.error(
            fields.at(),
            "%s has no release; write release: none, encouraged or required",
            fields.owner());
      }
      return Release.NONE;
    }
    String text = values.text(node, "release of " + fields.owner());
    if (text == null) {
      return Release.NONE;
    }
    Release release = RELEASE.get(text);
    if (release == null) {
      problems.error(
          node.at(),
          "release of %s is '%s'; write none, encouraged or required",
          fields.owner(),
          text);
      return Release.NONE;
    }
    return release;
  }

  private boolean gives(Fields fields) {
    Node node = fields.take("refusal");
    String text = node == null ? null : values.text(node, "refusal of " + fields.owner());
    if (node == null || text == null || text.equals("hold")) {
      return false;
    }
    if (!text.equals("give")) {
      problems.error(node.at(), "refusal of %s is '%s'; write hold or give", fields.owner(), text);
    }
    return true;
  }

  private List<String> headers(@Nullable Node node, String owner) {
    List<String> headers = new ArrayList<>();
    for (Node.Scalar header : values.texts(node, "keep-headers of " + owner)) {
      String name = values.text(header, "keep-headers of " + owner);
      if (name == null) {
        continue;
      }
      String lower = name.toLowerCase(Locale.ROOT);
      if (!HEADER.matcher(name).matches()
          || NEVER.contains(lower)
          || lower.startsWith("camel")
          || lower.startsWith("waybill")) {
        problems.error(
            header.at(),
            "keep-headers of %s: '%s' cannot be part of a reply; remove it",
            owner,
            name);
      } else {
        headers.add(name);
      }
    }
    return headers;
  }
}

package io.waybill.spec.load;

import io.waybill.spec.Nearest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The technical keys under {@code waybill}: those that are not part of the specification. Whoever
 * reads a new one adds it here, or every configuration that sets it is refused.
 */
final class TechnicalKeys {

  /** {@code *} stands for one name of the user's choice, {@code **} for all that is below. */
  static final List<List<String>> KNOWN =
      List.of(
              "embedded", // auto | never
              "home", // the folder of config/, routes/ and data/
              "data", // the data folder
              "acceptor", // where JMS programs reach the embedded Artemis
              "acceptor-ssl-bundle", // the certificate of that, under spring.ssl.bundle
              "insecure-bind", // whether others may be served unencrypted
              "max-body", // the largest document
              "max-reply", // the largest reply that is kept
              "held-messages", // how many open messages memory may hold
              "held", // whether it starts with all destinations paused
              "accept-headers", // headers of documents that routes see
              "keep-headers", // headers kept with every message
              "http.headers", // further header fields that HTTP intake takes
              "http.buffer", // what all documents being received may take together
              "http.drain", // how long HTTP goes on when the broker is told to stop
              "http.longest-wait", // how long a request may wait for its reply
              "http.most-waiting", // how many requests may
              "jms.intake", // queues that submitters may send to
              "jms.batch", // messages taken over in one transaction
              "jms.batch-bytes", // and their bytes
              "jms.send-batch", // whether postings to queues are sent in batches
              "jms.reply-to", // where senders may have their replies sent
              "jms.trust-user", // whether Artemis says who sent a message
              "keep.payloads", // how long documents are kept after their messages are closed
              "keep.messages", // and all the rest of them
              "keep.keys", // and keys that routes have seen
              "keep.every", // how often what is over is removed
              "keep.batch", // how much of it in one transaction
              "keep.pause", // the rest between two of these
              "users.*.password",
              "users.*.roles",
              "users.*.operations",
              "oidc.issuer", // who else says who somebody is
              "oidc.audience", // what its tokens have to be made out to
              "oidc.name", // the claim with the name
              "oidc.roles", // the claim with the roles
              "oidc.role-prefix", // what they begin with there
              "oidc.operations", // the claim with what may be sent
              "oidc.ssl-bundle", // whom to trust there
              "sample.**") // for routes, as {{waybill.sample.NAME}}
          .stream()
          .map(key -> List.of(key.split("\\.")))
          .toList();

  private final Problems problems;

  TechnicalKeys(Problems problems) {
    this.problems = problems;
  }

  /** Refuses unknown keys; those of the specification are judged elsewhere. */
  void check(Node.Table waybill) {
    for (Map.Entry<String, Node.Entry> entry : waybill.entries().entrySet()) {
      if (!Settings.SECTIONS.contains(entry.getKey())) {
        check(entry.getKey(), entry.getValue(), KNOWN, 0, "waybill");
      }
    }
  }

  private void check(
      String key, Node.Entry entry, List<List<String>> candidates, int depth, String path) {
    List<List<String>> fitting =
        candidates.stream().filter(known -> fits(known.get(depth), key)).toList();
    String here = path + "." + key;
    if (fitting.isEmpty()) {
      Set<String> names = names(candidates, depth);
      problems.error(
          entry.at(),
          "unknown key '%s'; %s",
          here,
          Nearest.to(key, names)
              .map(name -> "write " + path + "." + name)
              .orElse("known in %s are: %s".formatted(path, String.join(", ", names))));
      return;
    }
    if (fitting.stream().anyMatch(known -> known.get(depth).equals("**"))) {
      return;
    }
    List<List<String>> deeper = fitting.stream().filter(known -> known.size() > depth + 1).toList();
    if (entry.value() instanceof Node.Table table) {
      if (deeper.isEmpty()) {
        problems.error(entry.at(), "'%s' is a single value, not a table of keys", here);
      } else {
        table.entries().forEach((name, below) -> check(name, below, deeper, depth + 1, here));
      }
    } else if (!(entry.value() instanceof Node.Nothing) && deeper.size() == fitting.size()) {
      problems.error(entry.at(), "'%s' is a table of keys, not %s", here, entry.value().kind());
    }
  }

  /** What may stand under {@code waybill}, as errors list it. */
  static String names() {
    return String.join(", ", names(KNOWN, 0));
  }

  private static Set<String> names(List<List<String>> keys, int depth) {
    Set<String> names = new LinkedHashSet<>();
    keys.forEach(known -> names.add(known.get(depth)));
    if (depth == 0) {
      names.addAll(Settings.SECTIONS.stream().sorted().toList());
    }
    return names;
  }

  private static boolean fits(String known, String key) {
    return known.equals(key) || known.equals("*") || known.equals("**");
  }
}

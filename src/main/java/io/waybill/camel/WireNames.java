package io.waybill.camel;

import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** The names a posting carries on the wire. Only the broker sets them; intake drops them. */
final class WireNames {

  static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  static final String HTTP_TRANSACTION = "Waybill-Transaction";
  static final String HTTP_RUN = "Waybill-Run";

  /** Where the component reports that it is done. */
  static final String HTTP_REPORT = "Waybill-Report";

  static final String DUPLICATE_ID = "_AMQ_DUPL_ID";
  static final String JMS_POSTING_ID = "waybill_posting_id";
  static final String JMS_TRANSACTION = "Waybill_Transaction";
  static final String JMS_RUN = "Waybill_Run";
  static final String JMS_REPORT = "Waybill_Report";

  /** Set by JMS senders: their work item id and operation. */
  static final String JMS_MESSAGE_ID = "waybill_message_id";

  static final String JMS_OPERATION = "waybill_operation";

  private static final Set<String> HTTP =
      Set.of(
          "idempotency-key",
          "waybill-transaction",
          "waybill-run",
          "waybill-report",
          "waybill-predecessor");
  private static final Set<String> JMS =
      Set.of(
          "_amq_dupl_id",
          "waybill_posting_id",
          "waybill_transaction",
          "waybill_run",
          "waybill_report",
          "waybill_predecessor");

  /** Everything a transport may not bring in: control headers, wire names, broker internals. */
  static final Predicate<String> RESERVED =
      name ->
          begins(name, "camel")
              || begins(name, "org.apache.camel")
              || begins(name, "waybill")
              || begins(name, "_amq")
              || name.equalsIgnoreCase(IDEMPOTENCY_KEY);

  private WireNames() {}

  /** Asked for each header of each message: without a copy of the name. */
  private static boolean begins(String name, String prefix) {
    return name.regionMatches(true, 0, prefix, 0, prefix.length());
  }

  /** Whether it is a name that only HTTP postings carry. */
  static boolean isHttp(String name) {
    return HTTP.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Whether it is a name that only JMS postings carry. */
  static boolean isJms(String name) {
    return JMS.contains(name.toLowerCase(Locale.ROOT));
  }
}

package io.waybill.camel;

import org.apache.camel.spi.Metadata;

/**
 * The control headers of the component. They start with {@code Camel}, so that the header filters
 * of Camel's own components neither let outsiders set them nor send them out.
 */
public final class WaybillHeaders {

  /** What all of them start with. */
  public static final String PREFIX = "CamelWaybill";

  @Metadata(description = "The number of the message in the journal.", javaType = "Long")
  public static final String SEQ = "CamelWaybillSeq";

  @Metadata(
      description = "The sender's unique work item id; may be set before submit.",
      javaType = "String")
  public static final String MESSAGE_ID = "CamelWaybillMessageId";

  @Metadata(
      label = "producer",
      description =
          "What became of a submission: accepted, duplicate, conflict or failed; of a body that was"
              + " split also partly.",
      javaType = "String")
  public static final String RESULT = "CamelWaybillResult";

  @Metadata(
      label = "producer",
      description = "How many documents a body was split into.",
      javaType = "Long")
  public static final String DOCUMENTS = "CamelWaybillDocuments";

  @Metadata(
      label = "producer",
      description = "How many documents of a body that was split failed or were in conflict.",
      javaType = "Long")
  public static final String FAILED = "CamelWaybillFailed";

  @Metadata(
      label = "producer",
      description = "Whether the reply that was waited for came in time, and is the body.",
      javaType = "Boolean")
  public static final String REPLIED = "CamelWaybillReplied";

  @Metadata(label = "producer", description = "The status of the message.", javaType = "String")
  public static final String STATUS = "CamelWaybillStatus";

  @Metadata(
      label = "producer",
      description = "Why the message stands where it stands.",
      javaType = "String")
  public static final String REASON = "CamelWaybillReason";

  @Metadata(label = "producer", description = "The reason in words.", javaType = "String")
  public static final String DETAIL = "CamelWaybillDetail";

  @Metadata(
      label = "producer",
      description = "Who sent the document, where the endpoint does not say it.",
      javaType = "String")
  public static final String SENDER = "CamelWaybillSender";

  @Metadata(
      label = "producer",
      description = "Where the document came from, where the endpoint does not say it.",
      javaType = "String")
  public static final String SOURCE = "CamelWaybillSource";

  @Metadata(description = "The operation; may be set before submit.", javaType = "String")
  public static final String OPERATION = "CamelWaybillOperation";

  @Metadata(
      label = "consumer",
      description = "The posting id: the same on every attempt.",
      javaType = "String")
  public static final String POSTING_ID = "CamelWaybillPostingId";

  @Metadata(label = "consumer", description = "The business id.", javaType = "String")
  public static final String BUSINESS_ID = "CamelWaybillBusinessId";

  @Metadata(
      label = "consumer",
      description = "The lanes of the message, e.g. cust:4711.",
      javaType = "java.util.List<String>")
  public static final String LANES = "CamelWaybillLanes";

  @Metadata(
      label = "consumer",
      description = "Which attempt this is, from 1.",
      javaType = "Integer")
  public static final String ATTEMPT = "CamelWaybillAttempt";

  @Metadata(
      label = "consumer",
      description = "Which execution of the message this is, from 1.",
      javaType = "Integer")
  public static final String RUN = "CamelWaybillRun";

  @Metadata(label = "consumer", description = "The destination.", javaType = "String")
  public static final String DESTINATION = "CamelWaybillDestination";

  @Metadata(
      label = "consumer",
      description = "The name of the step of the process; absent where there is none.",
      javaType = "String")
  public static final String STEP = "CamelWaybillStep";

  @Metadata(
      label = "consumer",
      description =
          "A property of the exchange: what earlier steps of the process answered, by the name of"
              + " the step, each with body, text, code, contentType, headers and id.",
      javaType = "java.util.Map<String, java.util.Map<String, Object>>")
  public static final String REPLIES = "CamelWaybillReplies";

  @Metadata(
      label = "consumer",
      description =
          "Set by the route: the id of the message that the answer came in. Without it, the id of the"
              + " JMS message.",
      javaType = "String")
  public static final String ANSWER_ID = "CamelWaybillAnswerId";

  @Metadata(
      label = "consumer",
      description =
          "Set by the route: what came of the posting, as posted, refused, transient, ambiguous,"
              + " unavailable or tooEarly.",
      javaType = "String")
  public static final String OUTCOME = "CamelWaybillOutcome";

  @Metadata(
      label = "consumer",
      description =
          "Set by the route from waybill:query: whether the destination has the posting, as has,"
              + " hasNot or unknown.",
      javaType = "String")
  public static final String ANSWER = "CamelWaybillAnswer";

  @Metadata(description = "The name of the file the document came in.", javaType = "String")
  public static final String FILE_NAME = "CamelWaybillFileName";

  @Metadata(description = "The correlation id the document came with.", javaType = "String")
  public static final String CORRELATION_ID = "CamelWaybillCorrelationId";

  @Metadata(
      label = "producer",
      description = "The queue at which the sender wants its reply; set by jms.",
      javaType = "String")
  public static final String REPLY_TO = "CamelWaybillReplyTo";

  @Metadata(
      label = "producer",
      description = "By which the sender knows its reply; set by jms.",
      javaType = "String")
  public static final String REPLY_CORRELATION = "CamelWaybillReplyCorrelation";

  @Metadata(
      label = "producer",
      description = "Names the asking for a reply; set by jms.",
      javaType = "String")
  public static final String REPLY_REQUEST = "CamelWaybillReplyRequest";

  private WaybillHeaders() {}
}

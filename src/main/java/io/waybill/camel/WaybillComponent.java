package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.broker.Outlets;
import io.waybill.broker.Probes;
import io.waybill.broker.ReplyDesk;
import io.waybill.broker.Underway;
import io.waybill.broker.Workers;
import io.waybill.message.MessageRow;
import io.waybill.spec.ReplyTerms;
import io.waybill.spec.Specification;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/** The component {@code waybill}: routes hand documents in and receive messages to post. */
@Component("waybill")
public final class WaybillComponent extends DefaultComponent {

  /** The largest document that is read, where nothing else is configured. */
  static final int DEFAULT_LARGEST = 20 * 1024 * 1024;

  /** The largest reply that is kept, where nothing else is configured. */
  static final int DEFAULT_LARGEST_REPLY = 1024 * 1024;

  /** How many files may wait for the disk at once. */
  private static final int FINISHING = 32;

  private final Intake intake;
  private final Outlets outlets;
  private final Supplier<Specification> specification;
  private final List<String> alsoKept = new CopyOnWriteArrayList<>();
  private final @Nullable OneTransaction oneTransaction;
  private final Failures failures;
  private Underway underway = new Underway();
  private Probes probes = Probes.NONE;
  private @Nullable ReplyDesk replyDesk;

  @Metadata(
      description =
          "Headers kept with a message and given to the posting route, comma separated, on top of"
              + " content type, file name, correlation id and trace context.")
  private String keepHeaders = "";

  @Metadata(
      defaultValue = "*",
      description =
          "Headers of a source that expressions of the specification may see, comma separated. An"
              + " asterisk stands for every name that is neither Camel's nor Waybill's own.")
  private String acceptHeaders = "*";

  @Metadata(
      defaultValue = "" + DEFAULT_LARGEST,
      description = "The largest document that is processed, in bytes; a larger one fails.")
  private int largestDocument = DEFAULT_LARGEST;

  @Metadata(
      defaultValue = "" + DEFAULT_LARGEST_REPLY,
      description =
          "The largest reply that is kept, in bytes; instead of a larger one the sender is told so.")
  private int largestReply = DEFAULT_LARGEST_REPLY;

  /** Where senders by JMS may have their replies sent. */
  private List<String> replyAddresses = List.of();

  /** Made of the settings above when it is first asked for. */
  private volatile @Nullable Documents documents;

  private final Map<String, PostConsumer> posts = new ConcurrentHashMap<>();
  private final Map<String, CancelConsumer> cancels = new ConcurrentHashMap<>();
  private final Map<String, LinkConsumer> links = new ConcurrentHashMap<>();
  private final Map<String, QueryConsumer> queries = new ConcurrentHashMap<>();
  private @Nullable ExecutorService submitted;
  private @Nullable Workers continuations;
  private @Nullable ExecutorService finishing;

  /**
   * The component of a broker.
   *
   * @param intake where documents go
   * @param outlets where routes to destinations are opened
   * @param specification the specification that holds at the moment
   * @param oneTransaction runs routes of transactional destinations; null where there are none
   * @param failures classifies what routes throw
   */
  public WaybillComponent(
      Intake intake,
      Outlets outlets,
      Supplier<Specification> specification,
      @Nullable OneTransaction oneTransaction,
      Failures failures) {
    this.intake = intake;
    this.outlets = outlets;
    this.specification = specification;
    this.oneTransaction = oneTransaction;
    this.failures = failures;
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    int colon = remaining.indexOf(':');
    String kindName = colon < 0 ? remaining : remaining.substring(0, colon);
    String name = colon < 0 ? null : remaining.substring(colon + 1);
    WaybillEndpoint endpoint = new WaybillEndpoint(uri, this, kind(uri, kindName));
    endpoint.setName(name);
    setProperties(endpoint, parameters);
    endpoint.check();
    return endpoint;
  }

  private static Kind kind(String uri, String name) {
    for (Kind kind : Kind.values()) {
      if (kind.name().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is not an endpoint of waybill; write waybill:submit, waybill:post:DESTINATION, waybill:query:DESTINATION, waybill:link:LINK or waybill:release"
            .formatted(uri));
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    stop(submitted);
    stop(finishing);
    submitted = null;
    continuations = null;
    finishing = null;
  }

  private void stop(@Nullable ExecutorService pool) {
    if (pool != null) {
      getCamelContext().getExecutorServiceManager().shutdown(pool);
    }
  }

  /** Where routes go on after the journal's commit, so that no route holds up the loop. */
  synchronized Executor continuations() {
    Workers workers = continuations;
    if (workers == null) {
      ExecutorService threads = threads("waybill-submitted", 4);
      workers = new Workers(work -> orHere(threads, work));
      submitted = threads;
      continuations = workers;
    }
    return workers;
  }

  /**
   * The same for files, each of which then waits several times for the disk: those that wait
   * together share what they wait for.
   */
  synchronized Executor finishing() {
    ExecutorService known = finishing;
    ExecutorService pool = known == null ? threads("waybill-files", FINISHING) : known;
    finishing = pool;
    return task -> orHere(pool, task);
  }

  /** While stopping, on the thread that asks: an exchange has to end, shutdown waits for it. */
  private static void orHere(Executor threads, Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException stopping) {
      task.run();
    }
  }

  private ExecutorService threads(String name, int number) {
    return getCamelContext().getExecutorServiceManager().newFixedThreadPool(this, name, number);
  }

  /** Gives a destination to the one route that may consume its messages. */
  void claim(String destination, PostConsumer consumer) {
    PostConsumer other = posts.putIfAbsent(destination, consumer);
    if (other != null && other != consumer) {
      throw new FailedToStartRouteException(
          consumer.getRouteId(),
          "Routes '%s' and '%s' both consume waybill:post:%s; exactly one may. Remove one of them"
              .formatted(other.getRouteId(), consumer.getRouteId(), destination));
    }
  }

  boolean claimedBy(String destination, PostConsumer consumer) {
    return posts.get(destination) == consumer;
  }

  void release(String destination, PostConsumer consumer) {
    posts.remove(destination, consumer);
  }

  /** Gives a destination to the one route that may undo what it performed. */
  void claimCancel(String destination, CancelConsumer consumer) {
    CancelConsumer other = cancels.putIfAbsent(destination, consumer);
    if (other != null && other != consumer) {
      throw new FailedToStartRouteException(
          consumer.getRouteId(),
          "Routes '%s' and '%s' both consume waybill:cancel:%s; exactly one may. Remove one of them"
              .formatted(other.getRouteId(), consumer.getRouteId(), destination));
    }
  }

  boolean isCancelledBy(String destination, CancelConsumer consumer) {
    return cancels.get(destination) == consumer;
  }

  void releaseCancel(String destination, CancelConsumer consumer) {
    cancels.remove(destination, consumer);
  }

  /** Gives a link to the one route that may probe it. */
  void claimLink(String link, LinkConsumer consumer) {
    LinkConsumer other = links.putIfAbsent(link, consumer);
    if (other != null && other != consumer) {
      throw new FailedToStartRouteException(
          consumer.getRouteId(),
          "Routes '%s' and '%s' both consume waybill:link:%s; exactly one may. Remove one of them"
              .formatted(other.getRouteId(), consumer.getRouteId(), link));
    }
  }

  boolean isProbedBy(String link, LinkConsumer consumer) {
    return links.get(link) == consumer;
  }

  void releaseLink(String link, LinkConsumer consumer) {
    links.remove(link, consumer);
  }

  /** Gives a queryable destination to the one route that may ask it. */
  void claimQuery(String destination, QueryConsumer consumer) {
    QueryConsumer other = queries.putIfAbsent(destination, consumer);
    if (other != null && other != consumer) {
      throw new FailedToStartRouteException(
          consumer.getRouteId(),
          "Routes '%s' and '%s' both consume waybill:query:%s; exactly one may. Remove one of them"
              .formatted(other.getRouteId(), consumer.getRouteId(), destination));
    }
  }

  boolean isAskedBy(String destination, QueryConsumer consumer) {
    return queries.get(destination) == consumer;
  }

  void releaseQuery(String destination, QueryConsumer consumer) {
    queries.remove(destination, consumer);
  }

  /** The links that no route probes. */
  Set<String> unprobed() {
    Set<String> unprobed = new TreeSet<>(specification().links().keySet());
    unprobed.removeAll(links.keySet());
    return unprobed;
  }

  /** How the reply to a message is taken from its route; null where none is kept. */
  @Nullable RouteReply reply(MessageRow row) {
    ReplyTerms terms = specification().replyTerms(row.received().operation());
    if (terms == null && row.standing().plan() == null) {
      return null;
    }
    return new RouteReply(terms == null ? ReplyTerms.OF_STEPS : terms, largestReply);
  }

  Intake intake() {
    return intake;
  }

  Outlets outlets() {
    return outlets;
  }

  Specification specification() {
    return specification.get();
  }

  @Nullable OneTransaction oneTransaction() {
    return oneTransaction;
  }

  Failures failures() {
    return failures;
  }

  Probes probes() {
    return probes;
  }

  /** Where probes of links are told. */
  void probeFor(Probes where) {
    probes = where;
  }

  /** Where replies are waited for and released. */
  ReplyDesk replyDesk() {
    ReplyDesk desk = replyDesk;
    if (desk == null) {
      throw new IllegalStateException("There is no journal here that keeps replies");
    }
    return desk;
  }

  /** Where replies are waited for and released from now on. */
  void replyAt(ReplyDesk desk) {
    replyDesk = desk;
  }

  /** Where senders by JMS may have their replies sent. */
  void replyOnlyTo(List<String> addresses) {
    replyAddresses = List.copyOf(addresses);
    documents = null;
  }

  Underway underway() {
    return underway;
  }

  /** Where large bodies show how far they are. */
  void showAt(Underway where) {
    underway = where;
  }

  /** How exchanges are read. */
  Documents documents() {
    Documents known = documents;
    if (known == null) {
      alsoKept.addAll(names(keepHeaders));
      known = new Documents(alsoKept, names(acceptHeaders), largestDocument, replyAddresses);
      documents = known;
    }
    return known;
  }

  /** Expressions of other rules name these. What reads documents already takes them in too. */
  void alsoKeep(Set<String> headers) {
    headers.stream().filter(name -> !alsoKept.contains(name)).forEach(alsoKept::add);
  }

  private static List<String> names(String commaSeparated) {
    return Arrays.stream(commaSeparated.split(","))
        .map(String::trim)
        .filter(text -> !text.isEmpty())
        .toList();
  }

  public String getKeepHeaders() {
    return keepHeaders;
  }

  /** Headers kept with a message, comma separated. */
  public void setKeepHeaders(String keepHeaders) {
    this.keepHeaders = keepHeaders;
    alsoKept.clear();
    documents = null;
  }

  public String getAcceptHeaders() {
    return acceptHeaders;
  }

  /** Headers that expressions may see, comma separated; an asterisk for all. */
  public void setAcceptHeaders(String acceptHeaders) {
    this.acceptHeaders = acceptHeaders;
    documents = null;
  }

  public int getLargestDocument() {
    return largestDocument;
  }

  /** The largest document that is processed, in bytes. */
  public void setLargestDocument(int largestDocument) {
    this.largestDocument = largestDocument;
    documents = null;
  }

  public int getLargestReply() {
    return largestReply;
  }

  /** The largest reply that is kept, in bytes. */
  public void setLargestReply(int largestReply) {
    this.largestReply = largestReply;
  }
}

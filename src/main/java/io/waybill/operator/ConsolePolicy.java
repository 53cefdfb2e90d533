package io.waybill.operator;

import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
import org.jolokia.server.core.service.api.Restrictor;
import org.jolokia.server.core.util.HttpMethod;
import org.jolokia.server.core.util.RequestType;

/**
 * What may be asked of the JVM by way of the console: an allow-list, by the role of whoever asks.
 * What is not named here is refused, and MBeans of other domains are not even listed.
 *
 * <p>Operations are named with their parameters where Camel has several of a name, because the
 * others do more: {@code dumpRoutesAsXml(boolean)} puts the values of placeholders, passwords among
 * them, in their places. A name alone stands for whatever parameters.
 */
final class ConsolePolicy implements Restrictor {

  private static final String CAMEL = "org.apache.camel";
  private static final String JVM = "java.lang";

  private static final Set<RequestType> TYPES =
      Set.of(
          RequestType.READ,
          RequestType.WRITE,
          RequestType.EXEC,
          RequestType.LIST,
          RequestType.SEARCH,
          RequestType.VERSION);

  /** How the JVM was started may hold passwords. */
  private static final Set<String> SECRET_OF_JVM = Set.of("InputArguments", "SystemProperties");

  /** Of Camel's MBeans, by their type: what diagrams and tables are drawn from. */
  private static final Map<String, Set<String>> SHOWN =
      Map.of(
          "context",
          Set.of("dumpRoutesAsXml()", "dumpRoutesStatsAsXml"),
          "routes",
          Set.of("dumpRouteAsXml()", "dumpRouteStatsAsXml", "isUpdateRouteEnabled"),
          "services",
          Set.of("browse()", "endpointStatistics"));

  /** Of Camel's MBeans, by their type: what changes how routes run, or takes what was traced. */
  private static final Map<String, Set<String>> OPERATED =
      Map.of(
          "routes",
          Set.of("start", "stop()", "suspend", "resume"),
          "tracer",
          Set.of("setEnabled", "dumpAllTracedMessagesAsXml", "clear"));

  /** Of the tracer; not its filter, which is an expression and so a program. */
  private static final Set<String> WRITTEN =
      Set.of("Enabled", "TracePattern", "BodyMaxChars", "BodyIncludeStreams", "BodyIncludeFiles");

  private final Audit audit;

  ConsolePolicy(Audit audit) {
    this.audit = audit;
  }

  @Override
  public boolean isHttpMethodAllowed(HttpMethod method) {
    return method == HttpMethod.POST;
  }

  @Override
  public boolean isTypeAllowed(RequestType type) {
    return TYPES.contains(type) && Caller.is(Role.VIEWER);
  }

  @Override
  public boolean isObjectNameHidden(ObjectName name) {
    return !Set.of(CAMEL, JmxDesk.DOMAIN, JVM).contains(name.getDomain());
  }

  @Override
  public boolean isAttributeReadAllowed(ObjectName name, String attribute) {
    return Caller.is(Role.VIEWER)
        && !isObjectNameHidden(name)
        && !(name.getDomain().equals(JVM) && SECRET_OF_JVM.contains(attribute));
  }

  @Override
  public boolean isAttributeWriteAllowed(ObjectName name, String attribute) {
    return Caller.is(Role.OPERATOR)
        && name.getDomain().equals(CAMEL)
        && "tracer".equals(name.getKeyProperty("type"))
        && WRITTEN.contains(attribute);
  }

  @Override
  public boolean isOperationAllowed(ObjectName name, String operation) {
    String plain = operation.replace(" ", "");
    if (mayOnlyShow(name, plain)) {
      return Caller.is(Role.VIEWER);
    }
    boolean allowed = mayOperate(name, plain);
    // the broker's own operations are in the history of the message
    if (allowed && name.getDomain().equals(CAMEL) && !plain.startsWith("dump")) {
      told(plain, name);
    }
    return allowed;
  }

  /** The same question for a list of what there is, where nothing is called yet. */
  boolean mayCall(ObjectName name, String operation) {
    return (Caller.is(Role.VIEWER) && mayOnlyShow(name, operation)) || mayOperate(name, operation);
  }

  private static boolean mayOnlyShow(ObjectName name, String operation) {
    return switch (name.getDomain()) {
      case JmxDesk.DOMAIN -> JmxDesk.SHOWING.contains(bare(operation));
      case CAMEL -> listed(SHOWN, name, operation);
      default -> false;
    };
  }

  private static boolean mayOperate(ObjectName name, String operation) {
    return Caller.is(Role.OPERATOR)
        && switch (name.getDomain()) {
          case JmxDesk.DOMAIN -> true;
          case CAMEL -> listed(OPERATED, name, operation);
          default -> false;
        };
  }

  private static boolean listed(Map<String, Set<String>> list, ObjectName name, String operation) {
    String type = name.getKeyProperty("type");
    Set<String> known = type == null ? Set.of() : list.getOrDefault(type, Set.of());
    return known.contains(operation) || known.contains(bare(operation));
  }

  private static String bare(String operation) {
    int parameters = operation.indexOf('(');
    return parameters < 0 ? operation : operation.substring(0, parameters);
  }

  private void told(String operation, ObjectName name) {
    audit.done(Caller.line("JMX %s of %s".formatted(operation, name), null, "called"));
  }

  /** Spring Security has let in who asks; nobody else reaches Jolokia. */
  @Override
  public boolean isRemoteAccessAllowed(String... hostOrAddress) {
    return true;
  }

  /** Other sites' pages are refused by {@link SameOriginFilter}; none is told that it may read. */
  @Override
  public boolean isOriginAllowed(String origin, boolean onlyWhenStrictCheckingIsEnabled) {
    return onlyWhenStrictCheckingIsEnabled;
  }
}

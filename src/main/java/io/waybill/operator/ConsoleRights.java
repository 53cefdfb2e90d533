package io.waybill.operator;

import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.MBeanInfo;
import javax.management.ObjectName;
import org.jolokia.server.core.service.api.DataUpdater;
import org.jspecify.annotations.Nullable;

/** Marks in Jolokia's list what the user may not call, so that Hawtio does not offer it. */
final class ConsoleRights extends DataUpdater {

  private static final String OPERATIONS = "op";
  private static final String MAY = "canInvoke";

  private final ConsolePolicy policy;

  ConsoleRights(ConsolePolicy policy) {
    super(1000);
    this.policy = policy;
  }

  @Override
  public String getKey() {
    return MAY;
  }

  @Override
  public void update(
      Map<String, Object> mbean,
      ObjectName name,
      MBeanInfo info,
      @Nullable Deque<String> path,
      boolean openTypes) {
    if (mbean.get(OPERATIONS) instanceof Map<?, ?> operations) {
      operations.forEach((operation, forms) -> mark(name, String.valueOf(operation), forms));
    }
  }

  /** An operation is a map, or a list of them where several have the name. */
  private void mark(ObjectName name, String operation, Object forms) {
    for (Object form : forms instanceof List<?> all ? all : List.of(forms)) {
      if (form instanceof Map<?, ?> one) {
        @SuppressWarnings("unchecked") // as Jolokia's own OperationDataUpdater has just built it
        Map<String, Object> writable = (Map<String, Object>) one;
        writable.put(MAY, may(name, operation, one.get("args")));
      }
    }
  }

  private boolean may(ObjectName name, String operation, @Nullable Object parameters) {
    String types =
        parameters instanceof List<?> all
            ? all.stream()
                .map(each -> each instanceof Map<?, ?> one ? String.valueOf(one.get("type")) : "")
                .collect(Collectors.joining(","))
            : "";
    return policy.mayCall(name, operation + "(" + types + ")");
  }
}

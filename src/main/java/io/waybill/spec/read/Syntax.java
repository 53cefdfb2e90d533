package io.waybill.spec.read;

import io.waybill.spec.Expression;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The syntax of expressions, for those who load them. */
public final class Syntax {

  private Syntax() {}

  /**
   * What is wrong with an expression; null where it can be compiled. Looks neither at the parts of
   * a joined one nor at what a value is.
   *
   * @param nameSpaces by declared prefix
   */
  public static @Nullable String fault(Expression expression, Map<String, String> nameSpaces) {
    if (expression instanceof Expression.Json json) {
      return JsonFields.fault(json.pointer());
    }
    if (expression instanceof Expression.XPath xpath) {
      return XPaths.fault(xpath.path(), nameSpaces);
    }
    if (expression instanceof Expression.Constant constant) {
      Found found = Found.of(constant.value());
      if (found instanceof Found.Absent absent) {
        return absent.why();
      }
      return found instanceof Found.Unusable unusable ? unusable.why() : null;
    }
    return null;
  }
}

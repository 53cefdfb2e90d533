package io.waybill.spec.read;

import io.waybill.spec.Condition;
import io.waybill.spec.Expression;
import io.waybill.spec.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compiles expressions and conditions, and gathers what they want of a document. */
final class Compiler {

  private final JsonFields jsonFields = new JsonFields();
  private final XmlFields xmlFields;

  /** A compiler that knows these prefixes. */
  Compiler(Map<String, String> nameSpaces) {
    this.xmlFields = new XmlFields(nameSpaces);
  }

  JsonFields jsonFields() {
    return jsonFields;
  }

  XmlFields xmlFields() {
    return xmlFields;
  }

  /** Compiles an expression of an operation. */
  Extractor extractor(Operation operation, Expression expression) {
    return extractor(operation, expression, new HashSet<>());
  }

  private Extractor extractor(Operation operation, Expression expression, Set<String> within) {
    if (expression instanceof Expression.Json json) {
      int slot = jsonFields.ask(json.pointer());
      return document -> new Extractor.Finding(document.json(slot), json);
    }
    if (expression instanceof Expression.XPath xpath) {
      int slot = xmlFields.ask(xpath.path());
      return document -> new Extractor.Finding(document.xml(slot), xpath);
    }
    if (expression instanceof Expression.Header header) {
      return document -> new Extractor.Finding(document.header(header.name()), header);
    }
    if (expression instanceof Expression.Constant constant) {
      Extractor.Finding always = new Extractor.Finding(Found.of(constant.value()), constant);
      return document -> always;
    }
    if (expression instanceof Expression.Value value) {
      Expression named = operation.values().get(value.name());
      if (named == null || !within.add(value.name())) {
        throw new IllegalArgumentException(
            "%s: the value '%s' of operation %s is %s"
                .formatted(
                    value.at(),
                    value.name(),
                    operation.name(),
                    named == null ? "unknown" : "defined by itself"));
      }
      Extractor compiled = extractor(operation, named, within);
      within.remove(value.name());
      return compiled;
    }
    Expression.Joined joined = (Expression.Joined) expression;
    List<Extractor> parts =
        joined.parts().stream().map(part -> extractor(operation, part, within)).toList();
    return document -> join(joined, parts, document);
  }

  /**
   * Joins with colons. A colon within a part is written as {@code \:}, so that different parts
   * never join to the same text.
   */
  private static Extractor.Finding join(
      Expression.Joined joined, List<Extractor> parts, Document document) throws Broken {
    StringBuilder text = new StringBuilder();
    for (Extractor part : parts) {
      Extractor.Finding finding = part.find(document);
      if (!(finding.found() instanceof Found.Text found)) {
        return finding;
      }
      if (!text.isEmpty()) {
        text.append(':');
      }
      text.append(found.text().replace("\\", "\\\\").replace(":", "\\:"));
    }
    return new Extractor.Finding(Found.of(text.toString()), joined);
  }

  /** Compiles conditions of an operation. */
  List<Premise> premises(Operation operation, List<Condition> conditions) {
    return conditions.stream().map(condition -> premise(operation, condition)).toList();
  }

  private Premise premise(Operation operation, Condition condition) {
    if (condition instanceof Condition.Equal equal) {
      Extractor extractor = extractor(operation, equal.expression());
      String wanted = equal.text().strip();
      return document ->
          extractor.find(document).found() instanceof Found.Text found
              && found.text().equals(wanted);
    }
    if (condition instanceof Condition.Present present) {
      Extractor extractor = extractor(operation, present.expression());
      return document -> {
        Found found = extractor.find(document).found();
        return found instanceof Found.Text text ? text.holds() : found instanceof Found.Unusable;
      };
    }
    if (condition instanceof Condition.Root root) {
      return document ->
          document.kind() == Document.Kind.XML
              && document.xml().root().getLocalPart().equals(root.name())
              && document.xml().root().getNamespaceURI().equals(root.nameSpace());
    }
    Condition.Source source = (Condition.Source) condition;
    if (!source.pattern().contains("*")) {
      return document -> document.submission().source().startsWith(source.pattern());
    }
    Pattern pattern = Pattern.compile(glob(source.pattern()), Pattern.DOTALL);
    return document -> pattern.matcher(document.submission().source()).matches();
  }

  private static String glob(String pattern) {
    return java.util.Arrays.stream(pattern.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
  }
}

package io.waybill.spec.read;

import io.waybill.message.Reason;
import io.waybill.message.Submission;
import io.waybill.spec.Nearest;
import io.waybill.spec.Reading;
import io.waybill.spec.Specification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads documents by the specification: finds operation, id, lanes and destination. Safe for use by
 * several threads.
 */
public final class Reader {

  private static final int MOST_NAMES = 12;

  private final long maxBody;
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final JsonFields jsonFields;
  private final XmlFields xmlFields;

  /**
   * A reader of that specification.
   *
   * @param maxBody the size of the largest document, in bytes
   */
  public Reader(Specification specification, long maxBody) {
    this.maxBody = maxBody;
    Compiler compiler = new Compiler(specification.nameSpaces());
    specification
        .operations()
        .forEach(
            (name, operation) -> tasks.put(name, new Task(operation, specification, compiler)));
    this.jsonFields = compiler.jsonFields();
    this.xmlFields = compiler.xmlFields();
  }

  /** Reads a document; never throws for what a sender sent. */
  public Reading read(Submission submission) {
    try {
      return checked(submission);
    } catch (RuntimeException e) {
      // A fault of the reader itself must not stop the documents behind this one.
      return unread(submission, Reason.UNREADABLE, "The document cannot be read: " + e);
    }
  }

  private Reading checked(Submission submission) {
    Submission.Failure failure = submission.failure();
    if (failure != null) {
      return unread(submission, failure.reason(), failure.detail());
    }
    long size = submission.payload().body().length;
    if (size == 0) {
      return unread(submission, Reason.UNREADABLE, "The document is empty");
    }
    if (size > maxBody) {
      return unread(
          submission,
          Reason.TOO_LARGE,
          "The document has %d bytes; waybill.max-body allows %d".formatted(size, maxBody));
    }
    Document document = new Document(submission, jsonFields, xmlFields);
    return submission.operation() == null
        ? recognised(document)
        : named(document, submission.operation());
  }

  private Reading named(Document document, String operation) {
    Task task = tasks.get(operation);
    if (task == null) {
      String nearest =
          Nearest.to(operation, tasks.keySet())
              .map(name -> "did you mean %s?".formatted(name))
              .orElse("there are: " + names(tasks.keySet()));
      return untyped(
          document, "There is no operation '%s'; %s".formatted(Quoted.of(operation), nearest));
    }
    return allowed(document, task, "it names");
  }

  private Reading allowed(Document document, Task task, String how) {
    Set<String> allowed = document.submission().allowed();
    if (!allowed.isEmpty() && !allowed.contains(task.name())) {
      return untyped(
          document,
          "This source may send only %s; %s %s"
              .formatted(names(new TreeSet<>(allowed)), how, task.name()));
    }
    return task.read(document);
  }

  private Reading recognised(Document document) {
    List<Task> matching = new ArrayList<>();
    Broken broken = null;
    for (Task task : tasks.values()) {
      try {
        if (task.matches(document)) {
          matching.add(task);
        }
      } catch (Broken e) {
        // Another operation may be recognised by what is not in the document: a header, the source.
        broken = e;
      }
    }
    if (matching.size() == 1) {
      return allowed(document, matching.get(0), "the document asks for");
    }
    if (matching.size() > 1) {
      return untyped(
          document,
          "More than one operation matches the document: %s; make their match: exclude each other,"
                  .formatted(names(matching.stream().map(Task::name).toList()))
              + " or name the operation");
    }
    Task only = onlyOne(document);
    if (only != null) {
      return only.read(document);
    }
    return broken == null
        ? untyped(
            document,
            "No operation matches %s; there are: %s. Write a match: in operations.yaml, or name the"
                    .formatted(document.description(), names(tasks.keySet()))
                + " operation")
        : unread(document.submission(), Reason.UNREADABLE, broken.detail());
  }

  /** Where a source may send one operation only, a document needs not say that it asks for it. */
  private @Nullable Task onlyOne(Document document) {
    Set<String> allowed = document.submission().allowed();
    Task task = allowed.size() == 1 ? tasks.get(allowed.iterator().next()) : null;
    return task == null || task.canMatch() ? null : task;
  }

  private static String names(Iterable<String> names) {
    List<String> all = new ArrayList<>();
    names.forEach(all::add);
    if (all.isEmpty()) {
      return "none";
    }
    String shown = all.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMES
        ? shown + " and %d more".formatted(all.size() - MOST_NAMES)
        : shown;
  }

  private Reading untyped(Document document, String detail) {
    return unread(document.submission(), Reason.UNTYPED, detail);
  }

  private Reading unread(Submission submission, Reason reason, String detail) {
    String operation = submission.operation();
    return new Reading.Unread(
        reason,
        Quoted.plain(detail),
        operation != null && tasks.containsKey(operation) ? operation : null,
        transported(submission));
  }

  private static @Nullable String transported(Submission submission) {
    return submission.messageId() != null
            && Found.of(submission.messageId()) instanceof Found.Text text
        ? text.text()
        : null;
  }
}

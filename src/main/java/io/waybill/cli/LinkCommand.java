package io.waybill.cli;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Decides about links. */
@Command(
    name = "link",
    description = {
      "Decides about links. WHAT is",
      "  check: probe it now, and tell what was seen",
      "  down:  declare it down; messages that need it wait, whatever its probe sees",
      "  auto:  let its probe decide again"
    },
    mixinStandardHelpOptions = true)
final class LinkCommand implements Callable<Integer> {

  private static final List<String> VERBS = List.of("check", "down", "auto");

  @Parameters(index = "0", paramLabel = "WHAT", description = "check, down or auto.")
  private String verb = "";

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "The links.")
  private List<String> names = List.of();

  @Mixin private final OrderOptions options = new OrderOptions();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (!VERBS.contains(verb)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "'%s' cannot be done with links; write check, down or auto.".formatted(verb));
    }
    return options.act("link", "/links/%s/" + verb, names, Map.of());
  }
}

package io.waybill.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Posts posted messages once more. */
@Command(
    name = "repost",
    description = "Posts posted messages once more, each as a new run.",
    mixinStandardHelpOptions = true)
final class RepostCommand implements Callable<Integer> {

  @Mixin private final ActionOptions options = new ActionOptions();

  @Override
  public Integer call() {
    return options.act("repost", Map.of());
  }
}

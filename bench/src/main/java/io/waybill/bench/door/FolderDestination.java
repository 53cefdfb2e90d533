package io.waybill.bench.door;

import io.waybill.bench.judge.Tally;
import io.waybill.bench.judge.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of those files that go no further; each needs a receipt beside it. */
record FolderDestination(Folder folder, Counter count) implements Destination {

  @Override
  public long arrived() {
    return count.value();
  }

  @Override
  public Verdict judge(String sample, int sent) throws IOException {
    Tally tally = new Tally(sample, sent);
    List<Path> files =
        Folder.files(folder.accepted()).stream()
            .filter(file -> !file.toString().endsWith(Folder.RECEIPT))
            .sorted()
            .toList();
    for (Path file : files) {
      if (Files.exists(file.resolveSibling(file.getFileName() + Folder.RECEIPT))) {
        tally.add(Files.readString(file));
      }
    }
    count.set(0);
    return tally.verdict();
  }
}

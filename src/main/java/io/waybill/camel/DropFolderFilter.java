package io.waybill.camel;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the files of a drop folder through that are there as a whole: regular, not temporary by
 * their name, and seen with the same size and time of change for a while. Looking takes no time: a
 * file that may still grow is looked at again in the next poll. What one poll sees counts as seen
 * at one time, so that files which came together begin together, and hence by name.
 */
final class DropFolderFilter<T> implements GenericFileFilter<T> {

  private static final Logger LOG = LoggerFactory.getLogger(DropFolderFilter.class);
  private static final Duration FORGET = Duration.ofMinutes(10);
  private static final Duration LOOK_THROUGH = Duration.ofMinutes(1);

  private static final String ALL = "*";

  private final PartnerFolder<T> folder;
  private final @Nullable PathMatcher pattern;
  private final Duration stable;
  private final Clock clock;
  private final Map<String, Sight> seen = new ConcurrentHashMap<>();
  private volatile Instant lookedThrough = Instant.EPOCH;
  private volatile @Nullable Instant poll;

  /** How a file looked, since when, and when last. */
  private record Sight(long size, long changed, Object key, Instant since, Instant last) {
    boolean same(Sight other) {
      return size == other.size && changed == other.changed && key.equals(other.key);
    }
  }

  /**
   * A filter for one folder.
   *
   * @param folder tells how its entries look
   * @param pattern a glob, e.g. {@code *.xml}
   * @param stable how long a file has to look the same
   */
  DropFolderFilter(PartnerFolder<T> folder, String pattern, Duration stable, Clock clock) {
    this.folder = folder;
    this.pattern =
        pattern.equals(ALL) ? null : FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    this.stable = stable;
    this.clock = clock;
  }

  /** Says that what is looked at from here on is seen later than what was looked at before. */
  void beginPoll() {
    poll = null;
  }

  @Override
  public boolean accept(GenericFile<T> file) {
    if (file.isDirectory()) {
      return false;
    }
    String name = folder.name(file.getFile());
    try {
      return !FolderNames.temporary(name)
          && (pattern == null || pattern.matches(Path.of(name)))
          && settled(name, file.getFile());
    } catch (InvalidPathException | IOException e) {
      report(name, "cannot be looked at: " + e);
      return false;
    }
  }

  private boolean settled(String name, T entry) throws IOException {
    String objection = folder.objection(name);
    if (objection != null) {
      report(name, "is left alone: " + objection);
      return false;
    }
    PartnerFolder.Look now = folder.look(entry);
    if (now == null) {
      return false; // gone since it was listed
    }
    if (!now.regular()) {
      report(name, "is refused: it is no regular file, but a link or a device. Drop a copy of it");
      return false;
    }
    Instant at = timeOfPoll();
    forgetOthers(at);
    Sight sight = new Sight(now.size(), now.changed(), now.key(), at, at);
    Sight before = seen.get(name);
    Instant since = before != null && before.same(sight) ? before.since() : at;
    seen.put(name, new Sight(sight.size(), sight.changed(), sight.key(), since, at));
    return !since.plus(stable).isAfter(at);
  }

  /** Begins with its first file: connecting to a server and listing may take long. */
  private Instant timeOfPoll() {
    Instant at = poll;
    if (at == null) {
      at = clock.instant();
      poll = at;
    }
    return at;
  }

  /** Forgets what was not seen for long; not for each file, as that looks at all of them. */
  private void forgetOthers(Instant at) {
    if (!lookedThrough.plus(LOOK_THROUGH).isAfter(at)) {
      lookedThrough = at;
      seen.values().removeIf(sight -> sight.last().plus(FORGET).isBefore(at));
    }
  }

  /** Forgets a file that is no longer there. */
  void forget(String name) {
    seen.remove(name);
  }

  private void report(String name, String what) {
    Instant at = clock.instant();
    Sight reported = new Sight(-1, -1, what, at, at);
    Sight before = seen.put(name, reported);
    if (before == null || !before.same(reported)) {
      LOG.warn("The file '{}' {}", name.replaceAll("\\p{Cntrl}", "?"), what);
    }
  }
}

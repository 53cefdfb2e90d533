package io.waybill.bench.report;

import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Figure;
import io.waybill.bench.run.Results;
import io.waybill.bench.run.Spread;
import java.util.List;
import java.util.Optional;

/**
 * The medians of one condition as bars, each with its least and most. One hue for all, as a bar's
 * name stands beside it; Waybill's bar is the dark one.
 */
final class Plot {

  private static final int LEFT = 150;
  private static final int WIDTH = 460;
  private static final int RIGHT = 130;
  private static final int TOP = 56;
  private static final int ROW = 34;
  private static final int BAR = 18;

  private final Results results;
  private final Condition condition;
  private final Figure figure;
  private final double most;

  Plot(Results results, Condition condition, Figure figure) {
    this.results = results;
    this.condition = condition;
    this.figure = figure;
    this.most =
        candidates().stream()
            .flatMap(candidate -> spread(candidate).stream())
            .mapToDouble(Spread::most)
            .filter(value -> value > 0)
            .max()
            .orElse(1);
  }

  private List<Candidate> candidates() {
    return results.candidates().stream().filter(condition::concerns).toList();
  }

  private Optional<Spread> spread(Candidate candidate) {
    return results.spread(candidate.name(), condition.name(), figure.of());
  }

  String svg() {
    int height = TOP + candidates().size() * ROW + 12;
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        role="img" font-family="system-ui, sans-serif" font-size="13">
        <title>%5$s, %3$s</title>
        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
        <text x="16" y="22" font-size="15" font-weight="600" fill="#1f2328">%5$s, %3$s</text>
        <text x="16" y="41" fill="#59636e">%4$s; bar: median, line: least to most</text>
        """
            .formatted(
                LEFT + WIDTH + RIGHT, height, condition.name(), condition.words(), figure.title()));
    int y = TOP;
    for (Candidate candidate : candidates()) {
      bar(svg, candidate, y);
      y += ROW;
    }
    return svg.append("</svg>\n").toString();
  }

  private void bar(StringBuilder svg, Candidate candidate, int y) {
    int middle = y + BAR / 2;
    svg.append(text(LEFT - 10, middle, "end", "#1f2328", candidate.name()));
    Spread spread = spread(candidate).orElse(null);
    if (spread == null) {
      String cannot = Results.cannot(candidate, condition);
      svg.append(text(LEFT, middle, "start", "#59636e", cannot == null ? "not measured" : cannot));
      return;
    }
    svg.append(
        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\" fill=\"%s\"/>%n"
            .formatted(
                LEFT,
                y,
                length(spread.median()),
                BAR,
                candidate.name().equals("waybill") ? "#0a4f8f" : "#8db4d9"));
    svg.append(
        "<path d=\"M%.1f %d H%.1f\" stroke=\"#1f2328\" stroke-width=\"1.5\"/>%n"
            .formatted(LEFT + length(spread.least()), middle, LEFT + length(spread.most())));
    svg.append(
        text(
            LEFT + (int) length(spread.most()) + 8,
            middle,
            "start",
            "#1f2328",
            figure.text(spread.median())));
  }

  private double length(double value) {
    return WIDTH * value / most;
  }

  private static String text(int x, int middle, String anchor, String color, String text) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" dominant-baseline=\"central\" fill=\"%s\">%s</text>%n"
        .formatted(x, middle, anchor, color, text.replace("&", "&amp;").replace("<", "&lt;"));
  }
}

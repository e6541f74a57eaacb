import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFunctionGenerator } from "../src/kinds/function-generator.ts";
import { createPowerSupply } from "../src/kinds/power-supply.ts";
import type { Instrument } from "../src/model.ts";
import { ScpiInterpreter } from "../src/scpi/interpreter.ts";
import { readNumber, writeNumber } from "../src/scpi/values.ts";

const interpreterOf = ({ description, scpi, settings }: Instrument) =>
  new ScpiInterpreter(description, scpi, () => settings.reset());

function powerSupply() {
  const supply = createPowerSupply({ id: "psu-1", seed: 7 });
  const scpi = interpreterOf(supply);
  return { supply, run: (line: string, mayChange = true) => scpi.run(line, mayChange) };
}

describe("common commands", () => {
  test("*IDN? has maker, model, serial number and firmware", () => {
    expect(powerSupply().run("*idn?")).toBe("Achex,PS-330,SIM00007,1.0");
  });

  test("the error queue is first in, first out, and ends with -350 when it is full; *CLS empties it, *RST does not", () => {
    const { run } = powerSupply();
    run("NONSENSE 1");
    run("VOLT 99");
    run("*RST");
    expect(run("SYST:ERR?")).toStartWith('-113,"Undefined header; NONSENSE');
    expect(run("SYST:ERR?")).toStartWith('-222,"Data out of range; voltage can be 0 to 30 V');
    expect(run("SYSTem:ERRor:NEXT?")).toBe('0,"No error"');
    for (let count = 0; count < 30; count++) run("WRONG");
    const errors = Array.from({ length: 21 }, () => run("SYST:ERR?"));
    expect(errors.slice(-2)).toEqual(['-350,"Queue overflow"', '0,"No error"']);
    run("WRONG");
    run("*CLS");
    expect(run("SYST:ERR?")).toBe('0,"No error"');
  });

  test("status registers: power on, errors by their group, enable masks, request for service", () => {
    const { run } = powerSupply();
    expect(run("*ESR?")).toBe("128");
    run("WRONG;*OPC");
    run("VOLT 99");
    expect(run("*ESE 48;*SRE 32;*STB?")).toBe("100");
    expect(run("*ESR?")).toBe("48");
    expect(run("*STB?")).toBe("4");
    run("*ESE 256");
    expect(run("*ESE?")).toBe("48");
    expect(run("*OPC?;*TST?")).toBe("1;0");
  });

  test("an error ends its line; what came before is done", () => {
    const { run, supply } = powerSupply();
    expect(run("VOLT 5;VOLT?;WRONG;VOLT 7")).toBe("+5.00000E+00");
    expect(supply.settings.values.voltage).toBe(5);
  });

  test("without control, queries work and commands are -203", () => {
    const { run, supply } = powerSupply();
    expect(run("VOLT?;*CLS", false)).toBe("+0.00000E+00");
    run("VOLT 5", false);
    expect(run("SYST:ERR?", false)).toStartWith('-203,"Command protected');
    expect(supply.settings.values.voltage).toBe(0);
  });
});

describe("SYSTem:HELP:HEADers?", () => {
  test("is a block with a line for each command", () => {
    const { run } = powerSupply();
    const block = run("SYST:HELP:HEAD?");
    const digits = Number(block.charAt(1));
    const text = block.slice(2 + digits);
    expect(text.length).toBe(Number(block.slice(2, 2 + digits)));
    const lines = text.trimEnd().split("\n");
    expect(lines).toContain("*IDN?/qonly/");
    expect(lines).toContain("*RST/nquery/");
    expect(lines).toContain("[SOURce:]VOLTage[:LEVel]");
    run("WRONG");
    expect(run("SYST:ERR:COUN?")).toBe("1");
  });
});

describe("headers", () => {
  test("short and long forms in any case, optional parts, subsystems that continue, and nothing in between", () => {
    const { run, supply } = powerSupply();
    for (const [at, line] of [
      "VOLT 1",
      "voltage 2",
      ":SOUR:VOLT:LEV 3",
      "Source:Voltage 4",
      "VOLT:PROT 9;LEV 5",
    ].entries()) {
      run(line);
      expect([line, supply.settings.values.voltage]).toEqual([line, at + 1]);
    }
    run("VOLTA 6");
    expect(run("SYST:ERR?")).toStartWith("-113");
    expect(supply.settings.values).toMatchObject({ voltage: 5, ovp: 9 });
  });

  test("missing and surplus parameters, words instead of numbers, foreign units", () => {
    const { run } = powerSupply();
    const errorOf = (line: string) => {
      run(line);
      return Number.parseInt(run("SYST:ERR?"), 10);
    };
    expect(["VOLT", "VOLT 1,2", "VOLT five", "VOLT 1 A", "OUTP MAYBE", "*RST 1", 'VOLT "1'].map(errorOf)).toEqual([
      -109, -108, -104, -131, -224, -108, -104,
    ]);
  });

  test("any text is answered with a text, and changes only settings within their limits", () => {
    const { run, supply } = powerSupply();
    const words = fc.constantFrom(
      "VOLT",
      "CURR",
      "OUTP",
      ":",
      ";",
      "?",
      " ",
      "1e999",
      "-1",
      "MAX",
      "ON",
      '"',
      "*RST",
      "PROT",
      ",",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join("")),
        ),
        (line) => {
          expect(typeof run(line)).toBe("string");
          const { voltage, current } = supply.settings.values;
          expect(Number(voltage) >= 0 && Number(voltage) <= 30).toBe(true);
          expect(Number(current) >= 0 && Number(current) <= 5).toBe(true);
        },
      ),
    );
  });
});

describe("numbers", () => {
  const volts = { unit: "V", min: 0, max: 30, default: 1 };
  test("with exponents, prefixes and words; M is milli, except before HZ and OHM", () => {
    expect(
      ["3.3", "33E-1", "3300 mV", "3.3v", "+.5", "MIN", "MAXimum", "def"].map((text) => readNumber(text, volts)),
    ).toEqual([3.3, 3.3, 3.3, 3.3, 0.5, 0, 30, 1]);
    const hertz = { ...volts, unit: "HZ" };
    expect(["1 kHz", "2MHZ", "2 mahz"].map((text) => readNumber(text, hertz))).toEqual([1_000, 2e6, 2e6]);
  });

  test("are written with sign, six digits and two digits of exponent; what is not finite is 9.9E37", () => {
    expect([3.3, -0.0005, 0, null, Number.NEGATIVE_INFINITY].map(writeNumber)).toEqual([
      "+3.30000E+00",
      "-5.00000E-04",
      "+0.00000E+00",
      "9.9E37",
      "-9.9E37",
    ]);
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), (value) => {
        expect(Math.abs(Number(writeNumber(value)) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-5);
      }),
    );
  });
});

describe("function generator", () => {
  test("APPLy sets everything at once; a combination beyond the output's range is rejected as a whole", () => {
    const generator = createFunctionGenerator({ id: "gen-1" });
    const run = (line: string) => interpreterOf(generator).run(line, true);
    run("APPL:SQU 2 kHz, 3, 0.5");
    expect(generator.settings.values).toMatchObject({
      "shape-1": "square",
      "frequency-1": 2_000,
      "amplitude-1": 3,
      "dc-1": 0.5,
      "output-1": true,
    });
    run("SOUR2:APPL:SIN 1 kHz, 8, 4");
    expect(generator.settings.values).toMatchObject({ "amplitude-2": 1, "output-2": false });
    expect(run("SOUR1:FUNC?;FREQ?")).toBe("SQU;+2.00000E+03");
  });

  test("a change of the load doubles or halves what is displayed", () => {
    const generator = createFunctionGenerator({ id: "gen-1" });
    const run = (line: string) => interpreterOf(generator).run(line, true);
    run("VOLT 4;VOLT:OFFS 1;:OUTP:LOAD INF");
    expect(run("VOLT?;VOLT:OFFS?;:OUTP:LOAD?")).toBe("+8.00000E+00;+2.00000E+00;9.9E37");
    run("OUTP:LOAD 50");
    expect(generator.settings.values).toMatchObject({ "amplitude-1": 4, "dc-1": 1 });
  });
});

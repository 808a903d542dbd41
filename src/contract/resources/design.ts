import { z } from "zod";
import { count, id, instant, quantity, text } from "../fields.ts";
import { defineResource } from "../resource.ts";
import { DesignRequestStatus } from "../vocabulary.ts";

const deal = {
  customer_id: id("cus", "The customer."),
  survey_id: id("srv", "The deal."),
};

const maker = (example: string) =>
  text(200, {
    description: "Manufacturer.",
    example,
    orangeButton: "ProdMfr",
    enerflo: "manufacturer",
  });
const model = (example: string) =>
  text(200, { description: "Model.", example, orangeButton: "ProdModel", enerflo: "model" });

export const Module = z
  .strictObject({
    manufacturer: maker("Example Modules"),
    model: model("EX-405"),
    watts: quantity(2000, {
      description: "DC power of one module at standard test conditions.",
      unit: "W",
      example: 405,
      orangeButton: "PowerSTC",
      enerflo: "module.capacity",
    }),
    count: count({
      description: "How many.",
      example: 24,
      orangeButton: "Quantity",
      enerflo: "panel_count",
    }),
  })
  .meta({ id: "Module", description: "Modules of one kind." });

export const Inverter = z
  .strictObject({
    manufacturer: maker("Example Power"),
    model: model("EP-290"),
    style: z
      .enum(["string", "microinverter", "central", "hybrid"])
      .meta({
        description: "How it converts.",
        example: "microinverter",
        orangeButton: "InverterStyle",
      })
      .nullable()
      .default(null),
    ac_output_watts: quantity(1_000_000, {
      description: "AC power of one inverter.",
      unit: "W",
      example: 290,
      orangeButton: "ACOutput",
      enerflo: "inverter.acOutput",
    })
      .nullable()
      .default(null),
    count: count({ description: "How many.", example: 24, enerflo: "inverter_count" }),
  })
  .meta({ id: "Inverter", description: "Inverters of one kind.", orangeButton: "ProdInverter" });

export const Battery = z
  .strictObject({
    manufacturer: maker("Example Storage"),
    model: model("ES-13"),
    usable_kwh: quantity(100_000, {
      description: "Usable energy of one battery.",
      unit: "kWh",
      example: 13.5,
      orangeButton: "EnergyCapacityUsable",
    })
      .nullable()
      .default(null),
    count: count({ description: "How many.", example: 1, enerflo: "batteryCount" }),
  })
  .meta({ id: "Battery", description: "Batteries of one kind.", orangeButton: "BatterySystem" });

export const SolarArray = z
  .strictObject({
    name: text(100, { description: "Name of the roof plane.", example: "South" })
      .nullable()
      .default(null),
    azimuth_degrees: quantity(360, {
      description: "Direction the modules face, clockwise from north.",
      unit: "degrees",
      example: 180,
      orangeButton: "Azimuth",
    })
      .nullable()
      .default(null),
    tilt_degrees: quantity(90, {
      description: "Angle of the modules against the horizontal.",
      unit: "degrees",
      example: 22,
      orangeButton: "Tilt",
    })
      .nullable()
      .default(null),
    module_count: count({ description: "Modules on this plane.", example: 24 }),
    solar_access_ratio: quantity(1, {
      description: "Share of the light that shade leaves.",
      unit: "ratio, 1 is 100 %",
      example: 0.96,
    })
      .nullable()
      .default(null),
  })
  .meta({ id: "SolarArray", description: "Modules on one roof plane.", orangeButton: "PVArray" });

/** The parts of a system that an install carries and a change order may change. */
export const systemFields = {
  system_size_dc_kw: quantity(100_000, {
    description: "DC size of the system at standard test conditions.",
    unit: "kW DC",
    example: 9.72,
    orangeButton: "CapacityDC",
    enerflo: "solar_system_size",
  }),
  annual_production_kwh: quantity(1_000_000_000, {
    description: "Energy expected in the first year, AC.",
    unit: "kWh per year",
    example: 13500,
    orangeButton: "EnergyACAnnual",
    enerflo: "solar_data_system_production",
  }),
  modules: z.array(Module).max(20).meta({ description: "Modules, by kind." }),
  inverters: z.array(Inverter).max(20).meta({ description: "Inverters, by kind." }),
  batteries: z.array(Battery).max(20).meta({ description: "Batteries, by kind; empty for none." }),
};

export const Design = z
  .strictObject({
    ...systemFields,
    // Whatever is reckoned per watt needs a size.
    system_size_dc_kw: systemFields.system_size_dc_kw.positive(),
    inverters: systemFields.inverters.default([]),
    batteries: systemFields.batteries.default([]),
    system_size_ac_kw: quantity(100_000, {
      description: "AC size of the system.",
      unit: "kW AC",
      example: 6.96,
      orangeButton: "CapacityAC",
    })
      .nullable()
      .default(null),
    offset_ratio: quantity(100, {
      description: "Expected production over present usage.",
      unit: "ratio, 1 is 100 %",
      example: 1,
      enerflo: "solar_data_solar_offset",
    })
      .nullable()
      .default(null),
    arrays: z.array(SolarArray).max(100).default([]).meta({ description: "Roof planes." }),
    mounting: z
      .enum(["roof", "ground", "pergola", "carport"])
      .meta({ description: "What the modules are mounted on.", example: "roof" })
      .nullable()
      .default(null),
    roof_material: text(100, {
      description: "Roof covering, for example `asphalt_shingle`.",
      example: "asphalt_shingle",
      orangeButton: "RoofItemType",
      enerflo: "roofMaterial",
    })
      .nullable()
      .default(null),
    annual_usage_kwh: quantity(10_000_000, {
      description: "Electricity use the design was made for.",
      unit: "kWh per year",
      example: 13500,
    })
      .nullable()
      .default(null),
    tool: text(100, {
      description: "Program the design was made with.",
      example: "Example Designer",
    })
      .nullable()
      .default(null),
  })
  .meta({ id: "Design", description: "A system as designed.", orangeButton: "PVSystem" });
export type Design = z.infer<typeof Design>;

export const DesignRequest = defineResource(
  {
    name: "design_request",
    table: "design_requests",
    prefix: "drq",
    summary: "A design that was asked for on a deal, and the design once it is delivered.",
    parties: ["sales_org", "epc"],
  },
  {
    ...deal,
    status: DesignRequestStatus,
    priority: z
      .enum(["standard", "expedited"])
      .meta({ description: "How soon it is wanted.", example: "standard", enerflo: "priority" }),
    revision_of: id("drq", "The request whose design this one revises.")
      .nullable()
      .meta({ absent: true }),
    assignee: text(200, {
      description: "Who works on it.",
      example: "Dana Designer",
      personal: true,
      enerflo: "assignee",
    }).nullable(),
    target_offset_ratio: quantity(100, {
      description: "Wanted production over usage.",
      unit: "ratio, 1 is 100 %",
      example: 1,
      enerflo: "options.targetOffset",
    }).nullable(),
    notes: text(20_000, {
      description: "What the designer should know.",
      example: "Avoid the front roof.",
    }).nullable(),
    design: Design.nullable(),
    completed_at: instant({
      description: "When the design was delivered.",
      example: "2026-03-05T14:00:00.000Z",
    }).nullable(),
  },
);
export type DesignRequest = z.infer<typeof DesignRequest>;

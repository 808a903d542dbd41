import { z } from "zod";
import { id } from "../fields.ts";
import { pageOf, pageQuery, queryNumber, section } from "../operation.ts";
import { input, patch } from "../resource.ts";
import { Design, DesignRequest } from "../resources/design.ts";
import { File, SiteSurvey, Survey } from "../resources/survey.ts";

const surveys = section("surveys", "flow:read", "flow:write");
const designs = section("design requests", "flow:read", "flow:write");
const salesOrg = ["sales_org"] as const;
const customerParams = z.object({ id: id("cus", "The customer.") });
const params = z.object({ id: id("srv", "The deal.") });
const fileParams = z.object({ id: id("fil", "The file.") });
const siteSurveyParams = z.object({ id: id("sit", "The site survey.") });
const designParams = z.object({ id: id("drq", "The design request.") });

export const surveyOperations = {
  createSurvey: surveys.create({
    path: "/customers/{id}/surveys",
    summary: "Open a deal",
    callers: salesOrg,
    params: customerParams,
    body: input(Survey, [], ["type", "epc_id", "title", "stage"]),
    bodyKind: "optional_json",
    answer: Survey,
    rules: ["partnership_exists", "deal_completed_by_command"],
  }),
  listSurveys: surveys.get({
    path: "/customers/{id}/surveys",
    summary: "List a customer's deals",
    params: customerParams,
    query: pageQuery,
    answer: pageOf(Survey),
  }),
  getSurvey: surveys.get({
    path: "/surveys/{id}",
    summary: "Read a deal",
    params,
    answer: Survey,
  }),
  updateSurvey: surveys.patch({
    path: "/surveys/{id}",
    summary: "Change a deal, choose its installer",
    callers: salesOrg,
    params,
    body: patch(Survey, ["type", "epc_id", "title", "stage"]),
    answer: Survey,
    rules: [
      "partnership_exists",
      "installer_fixed_by_agreement",
      "deal_completed_by_command",
      "deal_open",
    ],
  }),
  completeSurvey: surveys.command({
    path: "/surveys/{id}/complete",
    summary: "Complete a deal",
    callers: salesOrg,
    params,
    answer: Survey,
    rules: ["deal_open", "install_complete", "required_steps_done"],
  }),
  createFile: surveys.create({
    path: "/surveys/{id}/files",
    summary: "Add a file to a deal",
    description: "`multipart/form-data` with `file` and `category`; 25 MiB at most.",
    params,
    body: z.strictObject({
      category: File.shape.category,
      file: z.file().meta({ description: "The content.", example: "(bytes)" }),
    }),
    bodyKind: "multipart",
    answer: File,
  }),
  listFiles: surveys.get({
    path: "/surveys/{id}/files",
    summary: "List a deal's files",
    params,
    query: pageQuery,
    answer: pageOf(File),
  }),
  getFile: surveys.get({
    path: "/files/{id}",
    summary: "Read what a file is, with a fresh link",
    params: fileParams,
    answer: File,
  }),
  getFileContent: surveys.get({
    path: "/files/{id}/content",
    summary: "Fetch the content of a file",
    description: "By a signed link, which needs no key and expires.",
    callers: [],
    scope: null,
    params: fileParams,
    query: z.strictObject({
      expires: queryNumber().meta({
        description: "When the link ends.",
        unit: "Unix seconds",
        example: 1772500000,
      }),
      signature: z
        .string()
        .max(100)
        .meta({ description: "Signature of the link.", example: "example" }),
    }),
    answerKind: "content",
    status: 200,
  }),
  createSiteSurvey: surveys.create({
    path: "/surveys/{id}/site-surveys",
    summary: "Plan a site survey",
    params,
    body: input(SiteSurvey, ["kind"], ["scheduled_at", "notes"]),
    answer: SiteSurvey,
    rules: ["deal_open"],
  }),
  listSiteSurveys: surveys.get({
    path: "/surveys/{id}/site-surveys",
    summary: "List a deal's site surveys",
    params,
    query: pageQuery,
    answer: pageOf(SiteSurvey),
  }),
  getSiteSurvey: surveys.get({
    path: "/site-surveys/{id}",
    summary: "Read a site survey",
    params: siteSurveyParams,
    answer: SiteSurvey,
  }),
  completeSiteSurvey: surveys.command({
    path: "/site-surveys/{id}/complete",
    summary: "Complete a site survey",
    params: siteSurveyParams,
    body: z.strictObject({ notes: SiteSurvey.shape.notes.optional() }),
    bodyKind: "optional_json",
    answer: SiteSurvey,
    rules: ["agreement_exists", "site_survey_open"],
  }),
  createDesignRequest: designs.create({
    path: "/surveys/{id}/design-requests",
    summary: "Ask for a design",
    params,
    body: input(
      DesignRequest,
      [],
      ["priority", "revision_of", "assignee", "target_offset_ratio", "notes"],
    ),
    bodyKind: "optional_json",
    answer: DesignRequest,
    rules: ["deal_open", "revision_of_delivered_design"],
  }),
  listDesignRequests: designs.get({
    path: "/surveys/{id}/design-requests",
    summary: "List a deal's design requests",
    params,
    query: pageQuery,
    answer: pageOf(DesignRequest),
  }),
  getDesignRequest: designs.get({
    path: "/design-requests/{id}",
    summary: "Read a design request",
    params: designParams,
    answer: DesignRequest,
  }),
  updateDesignRequest: designs.patch({
    path: "/design-requests/{id}",
    summary: "Change a design request",
    description:
      "`status` may be set to `in_progress`, `approved` (locks the design) or `cancelled`; delivering is a call of its own.",
    params: designParams,
    body: patch(DesignRequest, ["priority", "assignee", "target_offset_ratio", "notes"]).extend({
      status: z
        .enum(["in_progress", "approved", "cancelled"])
        .meta({ description: "Where it goes.", example: "in_progress" })
        .optional(),
    }),
    answer: DesignRequest,
    rules: ["design_request_open", "design_delivered"],
  }),
  completeDesignRequest: designs.command({
    path: "/design-requests/{id}/complete",
    summary: "Deliver the design",
    description: "May be repeated with another design until it is approved.",
    params: designParams,
    body: z.strictObject({ design: Design }),
    answer: DesignRequest,
    rules: ["design_request_open"],
  }),
};
